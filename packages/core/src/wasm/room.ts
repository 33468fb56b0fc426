import { jsBackend } from "../kernels/backend.js";
import { arraysStart } from "./memory-map.js";

const pageBytes = 65_536;
// an array starts where no vector of the kernels crosses a line of the cache
const alignmentBytes = 64;
// a vector that starts within an array may be read to its end
const slackBytes = 64;

/** The arrays of one memory, which is never grown, for that would detach them all; pages that nobody writes to cost nothing. */
export class Room {
  readonly memory: WebAssembly.Memory;
  readonly buffer: ArrayBuffer;
  #used = arraysStart;

  /** @throws RangeError where there is no room for one more memory */
  constructor(floats: number) {
    const pages = Math.ceil((arraysStart + slackBytes + 4 * floats) / pageBytes);
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.buffer = this.memory.buffer;
  }

  /** In this memory or, where it does not fit in, on the heap. */
  allocate(content: number | Float32Array): Float32Array {
    const length = typeof content === "number" ? content : content.length;
    const start = this.#used;
    const end = start + 4 * length;
    if (!(end + slackBytes <= this.buffer.byteLength)) return jsBackend.allocate(content);
    this.#used = Math.ceil(end / alignmentBytes) * alignmentBytes;
    const array = new Float32Array(this.buffer, start, length);
    if (typeof content !== "number") array.set(content);
    return array;
  }

  /** Zeros where the next array will be, to be zeros again before it is allocated; null where they do not fit in. */
  borrow(length: number): Float32Array | null {
    return this.#used + 4 * length + slackBytes <= this.buffer.byteLength
      ? new Float32Array(this.buffer, this.#used, length)
      : null;
  }
}
