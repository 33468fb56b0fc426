import type { Backend } from "../kernels/backend.js";

/**
 * 32-bit hash of a string: MurmurHash3 (x86, 32 bit) with one block per pair of UTF-16 code units.
 *
 * Works on code units, so lone surrogates are hashed like any other unit and the result is the same on every runtime.
 * Not for secrets: it is neither keyed nor collision-resistant.
 *
 * @param seed 32-bit; another seed gives an independent hash
 * @returns unsigned 32-bit integer
 * Source: Austin Appleby, MurmurHash3 (public domain)
 */
export function hashString(text: string, seed = 0): number {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < units.length; i++) units[i] = text.charCodeAt(i);
  return hashBytes(new Uint8Array(units.buffer), seed);
}

/**
 * Hash of bytes by the same function, one little-endian block per 4 bytes; used to fingerprint tensors and files.
 *
 * @param kernels that hash the blocks: a {@link Backend} of WebAssembly is the quickest of a program that just started
 */
export function hashBytes(bytes: Uint8Array, seed = 0, kernels: Pick<Backend, "hashBlocks"> = { hashBlocks }): number {
  return hashEnd(kernels.hashBlocks(bytes, seed), bytes.length, bytes);
}

/** The hash so far after the whole blocks of `bytes`. */
export function hashBlocks(bytes: Uint8Array, seed: number): number {
  // a copy is aligned; every runtime is little-endian
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const count = bytes.length >> 2;
  const blocks = new Int32Array(buffer, byteOffset, count);
  let hash = seed | 0;
  for (let i = 0; i < count; i++) {
    // mixBlock, which a program that starts would call a million times before it is inlined
    let k = Math.imul(blocks[i], -0x3361d2af);
    k = (k << 15) | (k >>> 17);
    hash ^= Math.imul(k, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) - 0x19ab949c) | 0;
  }
  return hash;
}

/**
 * The hash of `length` bytes from that of their whole blocks.
 *
 * @param rest bytes that end as these do
 */
export function hashEnd(blocksHash: number, length: number, rest?: Uint8Array): number {
  let tail = 0;
  for (let i = length & 3; i > 0 && rest !== undefined; i--)
    tail = (tail << 8) | rest[rest.length - (length & 3) + i - 1];
  return finalize((tail === 0 ? blocksHash : mixBlock(blocksHash, tail)) ^ length);
}

// the function's constants as numbers with a sign, which are never boxed
function mixBlock(hash: number, block: number): number {
  let k = Math.imul(block, -0x3361d2af);
  k = (k << 15) | (k >>> 17);
  return hash ^ Math.imul(k, 0x1b873593);
}

function finalize(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
