import { tokenize } from "./tokenize.js";

// tokens of a longer text are not worth holding on to between texts
const keptCapacity = 1 << 16;

/** The token hashes of one text at a time, in a buffer that is reused from text to text. */
export class TokenBuffer {
  /** cells `[0, count)` are the tokens of the text last read */
  hashes = new Uint32Array(1 << 12);
  count = 0;

  read(text: string): void {
    if (this.hashes.length < text.length) {
      this.hashes = new Uint32Array(2 ** Math.ceil(Math.log2(text.length)));
    } else if (this.hashes.length > keptCapacity && text.length <= keptCapacity) {
      this.hashes = new Uint32Array(keptCapacity);
    }
    this.count = tokenize(this.hashes, text);
  }
}
