// Bytes as text that stands in a source file as it is, one ASCII character a byte mostly: gzip leaves 0.3 kB less of it than of hex, where no
// match starts within a byte. A byte b is b + 4 (mod 256), so that 0xfd, with which vector instructions start, is small as most bytes are; up to 91 it
// is a character from # on, then ! or a space and one.
const first = 35;
const count = 92;
const shift = 4;

/** For the build. */
export function textOfBytes(bytes: Uint8Array): string {
  const characterOf = (byte: number): string => {
    const value = (byte + shift) % 256;
    return ["", "!", " "][Math.floor(value / count)] + String.fromCharCode(first + (value % count));
  };
  return Array.from(bytes, characterOf).join("");
}

/** @param text of {@link textOfBytes} */
export function bytesOfText(text: string): Uint8Array<ArrayBuffer> {
  // in a program that just started, calls would take most of the time
  const codes = new TextEncoder().encode(text);
  const bytes = new Uint8Array(codes.length);
  let length = 0;
  for (let c = 0; c < codes.length; c++) {
    const pages = codes[c] < first ? first - 1 - codes[c++] : 0;
    bytes[length++] = pages * count + codes[c] - first - shift;
  }
  return bytes.slice(0, length);
}
