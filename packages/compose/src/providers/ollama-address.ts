/** OLLAMA_HOST as Ollama itself reads it: scheme and port may be missing, and 0.0.0.0 is where it listens. */
export function ollamaAddress(host: string): string {
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.hostname === "0.0.0.0") parsed.hostname = "127.0.0.1";
  if (parsed.port === "" && !/^https?:\/\//.test(host)) parsed.port = "11434";
  return parsed.href;
}
