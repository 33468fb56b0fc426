/** @param hex two lower-case digits a byte */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = 16 * digit(hex.charCodeAt(2 * i)) + digit(hex.charCodeAt(2 * i + 1));
  return bytes;
}

/** Of 0 to 9, a to f, whose codes end in 0 to 9 and 1 to 6. */
const digit = (code: number): number => (code & 15) + (code > 96 ? 9 : 0);
