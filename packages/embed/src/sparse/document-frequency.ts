/**
 * Counts in how many documents each 32-bit hash occurs: an open-addressing table that doubles when it is half full.
 *
 * Memory is 12 bytes a slot, at most 48 bytes a distinct hash.
 */
export class DocumentFrequency {
  private keys = new Uint32Array(1 << 16);
  private counts = new Uint32Array(1 << 16);
  /** number (from 1) of the last document that held the hash, so that a repeated token counts once */
  private lastDocuments = new Uint32Array(1 << 16);
  private distinct = 0;
  private document = 0;

  /** What follows belongs to the next document. */
  startDocument(): void {
    this.document++;
  }

  add(hash: number): void {
    if (this.distinct * 2 >= this.keys.length) this.grow();
    const slot = this.slotOf(hash);
    if (this.counts[slot] === 0) {
      this.keys[slot] = hash;
      this.distinct++;
    } else if (this.lastDocuments[slot] === this.document) {
      return;
    }
    this.counts[slot]++;
    this.lastDocuments[slot] = this.document;
  }

  /** Calls `visit` once a distinct hash, in no particular order. */
  forEach(visit: (hash: number, documents: number) => void): void {
    for (let slot = 0; slot < this.keys.length; slot++) {
      if (this.counts[slot] > 0) visit(this.keys[slot], this.counts[slot]);
    }
  }

  private slotOf(hash: number): number {
    const mask = this.keys.length - 1;
    let slot = hash & mask;
    while (this.counts[slot] !== 0 && this.keys[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { keys, counts, lastDocuments } = this;
    this.keys = new Uint32Array(keys.length * 2);
    this.counts = new Uint32Array(keys.length * 2);
    this.lastDocuments = new Uint32Array(keys.length * 2);
    for (let old = 0; old < keys.length; old++) {
      if (counts[old] === 0) continue;
      const slot = this.slotOf(keys[old]);
      this.keys[slot] = keys[old];
      this.counts[slot] = counts[old];
      this.lastDocuments[slot] = lastDocuments[old];
    }
  }
}
