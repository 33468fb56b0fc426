const signBit = -0x8000_0000;
const empty = new Int32Array(1);
/** So many rows are worth one search among them: a table of slots takes as long to fill. */
const rowsPerSearch = 64;

/**
 * Feature hash → row of the projection: an open-addressing table with linear probing, at most half full.
 *
 * A look-up takes 0.4 times that of a Map, which boxes hashes of 2³¹ and above; a prompt makes two a word.
 */
export class HashIndex {
  /** (F) as numbers with a sign, which are never boxed */
  private readonly hashes: Int32Array;
  private mask = 0;
  /** row + 1 of the hash in that slot, 0 where the slot is empty */
  private rows: Int32Array = empty;
  /** Searches in halves until the table of slots is filled. */
  private searchesLeft = 0;

  /**
   * @param hashes    (F) distinct, which must not change afterwards; the row of a hash is its place here
   * @param ascending the first look-ups can search them as they are, and a program that makes few fills no table
   */
  constructor(hashes: Uint32Array, ascending = false) {
    this.hashes = signed(hashes);
    if (ascending) this.searchesLeft = Math.ceil(hashes.length / rowsPerSearch);
    else this.fill();
  }

  /** The row of `hash`, or −1. */
  find(hash: number): number {
    if (this.searchesLeft > 0) return this.search(hash);
    const { mask, rows, hashes } = this;
    const wanted = hash | 0;
    for (let slot = wanted & mask; ; slot = (slot + 1) & mask) {
      const row = rows[slot] - 1;
      if (row < 0 || hashes[row] === wanted) return row;
    }
  }

  private search(hash: number): number {
    const { hashes } = this;
    const wanted = hash ^ signBit;
    let low = 0;
    let high = hashes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((hashes[middle] ^ signBit) < wanted) low = middle + 1;
      else high = middle;
    }
    if (--this.searchesLeft === 0) this.fill();
    return hashes[low] === (hash | 0) ? low : -1;
  }

  private fill(): void {
    const { hashes } = this;
    const count = hashes.length;
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
    const mask = slots - 1;
    const rows = new Int32Array(slots);
    for (let row = 0; row < count; ) {
      let slot = hashes[row] & mask;
      while (rows[slot] !== 0) slot = (slot + 1) & mask;
      rows[slot] = ++row;
    }
    this.mask = mask;
    this.rows = rows;
  }
}

/** The first of the hashes that is not above the one before it, or −1. */
export function findDescent(hashes: Uint32Array): number {
  const numbers = signed(hashes);
  let before = numbers[0] ^ signBit;
  for (let i = 1; i < numbers.length; i++) {
    const number = numbers[i] ^ signBit;
    if (number <= before) return i;
    before = number;
  }
  return -1;
}

/** With a sign, as which numbers are never boxed. */
function signed({ buffer, byteOffset, length }: Uint32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
