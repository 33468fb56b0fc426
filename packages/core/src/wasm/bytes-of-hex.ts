/** @param hex two lower-case digits a byte */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  // codes of 0 to 9 and of a to f end in 0 to 9 and in 1 to 6; in a program that just started, calls would take most of the time
  const codes = new TextEncoder().encode(hex);
  const bytes = new Uint8Array(codes.length >> 1);
  for (let i = 0, c = 0; i < bytes.length; c += 2) {
    const high = codes[c];
    const low = codes[c + 1];
    bytes[i++] = (((high & 15) + 9 * (high >> 6)) << 4) | ((low & 15) + 9 * (low >> 6));
  }
  return bytes;
}
