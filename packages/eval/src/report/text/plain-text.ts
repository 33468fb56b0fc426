/**
 * A name as a terminal may show it: control and bidirectional formatting characters, which could forge lines or colours,
 * become "�".
 */
export function toPlainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** At most `width` characters, the last of them "…" where some are missing. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}

/** Filled up with spaces to `width` characters, on the right unless told. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - [...text].length));
  return align === "left" ? text + space : space + text;
}

/** Broken between words into lines of at most `width` characters; all but the first are indented, the first begins so. */
export function wrap(text: string, width: number, indent: number): string {
  const lines = [text.slice(0, indent)];
  for (const [index, word] of text.slice(indent).split(" ").entries()) {
    const line = lines[lines.length - 1];
    if (index === 0) lines[0] = line + word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(" ".repeat(indent) + word);
  }
  return lines.join("\n");
}
