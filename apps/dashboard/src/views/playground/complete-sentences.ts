/** The beginning of a growing text up to its last finished sentence or line; empty where there is none yet. */
export function completeSentences(text: string): string {
  let end = 0;
  // a full stop counts once something follows it: "3." may become "3.14"
  for (const match of text.matchAll(/[.!?。！？][)"'”’]*\s|\n/g)) end = match.index + match[0].length;
  return text.slice(0, end);
}
