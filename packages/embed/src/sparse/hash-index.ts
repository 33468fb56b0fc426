/**
 * Feature hash → row of the projection: an open-addressing table with linear probing, at most half full.
 *
 * A look-up takes 0.4 times that of a Map, which boxes hashes of 2³¹ and above; a prompt makes two a word.
 */
export class HashIndex {
  private readonly mask: number;
  /** row + 1 of the hash in that slot, 0 where the slot is empty */
  private readonly rows: Int32Array;
  private readonly keys: Uint32Array;

  /** @param hashes (F) distinct; the row of a hash is its place here */
  constructor(hashes: Uint32Array) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, hashes.length * 2)));
    const mask = slots - 1;
    const rows = new Int32Array(slots);
    const keys = new Uint32Array(slots);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row];
      let slot = hash & mask;
      while (rows[slot] !== 0) slot = (slot + 1) & mask;
      rows[slot] = row + 1;
      keys[slot] = hash;
    }
    this.mask = mask;
    this.rows = rows;
    this.keys = keys;
  }

  /** The row of `hash`, or −1. */
  find(hash: number): number {
    const { mask, rows, keys } = this;
    let slot = hash & mask;
    while (rows[slot] !== 0) {
      if (keys[slot] === hash) return rows[slot] - 1;
      slot = (slot + 1) & mask;
    }
    return -1;
  }
}
