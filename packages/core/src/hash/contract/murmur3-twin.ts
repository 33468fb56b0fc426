/** MurmurHash3_x86_32 as published, in BigInt: the specification. */
export function murmur3Twin(bytes: Uint8Array, seed: number): number {
  const mask = 0xffffffffn;
  const rotl = (x: bigint, r: bigint): bigint => ((x << r) | (x >> (32n - r))) & mask;
  const mix = (k: bigint): bigint => (rotl((k * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
  const blocks = Math.floor(bytes.length / 4);
  let h = BigInt(seed >>> 0);
  const word = (from: number, to: number): bigint =>
    bytes.slice(from, to).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n as bigint);
  for (let i = 0; i < blocks; i++) h = (rotl(h ^ mix(word(4 * i, 4 * i + 4)), 13n) * 5n + 0xe6546b64n) & mask;
  if (bytes.length % 4 > 0) h ^= mix(word(4 * blocks, bytes.length));
  h ^= BigInt(bytes.length);
  h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & mask;
  h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(h ^ (h >> 16n));
}
