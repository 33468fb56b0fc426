import type { TrainingBackend } from "@onehead/core/training";

/** Rows of a shard of a batch, of which the last one may have fewer. */
export const shardRows = 32;

/** Threads that one network can keep busy. */
export const mostThreads = (batchRows: number): number => Math.ceil(batchRows / shardRows);

/**
 * Threads that train one network together: each computes the shards `rank`, `rank + size`, … of every batch, and all get the same sums.
 * The shards of a batch do not depend on how many threads there are, each is computed alone, and they are added up in their order: so the
 * sums have the same bits for any number of threads.
 */
export interface ShardGroup {
  readonly rank: number;
  readonly size: number;
  /**
   * @param shards  how many there are
   * @param sums    what `compute` fills with a shard's own sums; holds those of all shards after the call. Null where only losses are summed
   * @param compute returns the shard's loss
   * @returns the sum of the losses
   */
  sumShards(shards: number, sums: Float32Array | null, compute: (shard: number) => number): number;
}

/** A group of one: the calling thread. */
export class LocalGroup implements ShardGroup {
  readonly rank = 0;
  readonly size = 1;
  readonly #backend: TrainingBackend;
  #total: Float32Array = new Float32Array(0);

  /** @param backend whose memory has room for the sums once more */
  constructor(backend: TrainingBackend) {
    this.#backend = backend;
  }

  sumShards(shards: number, sums: Float32Array | null, compute: (shard: number) => number): number {
    let loss = 0;
    if (sums !== null && this.#total.length < sums.length) this.#total = this.#backend.allocate(sums.length);
    for (let shard = 0; shard < shards; shard++) {
      loss += compute(shard);
      if (sums === null || shards === 1) continue;
      if (shard === 0) this.#total.set(sums);
      else this.#backend.addScaled(this.#total, sums, sums.length, 1);
    }
    if (sums !== null && shards > 1) sums.set(this.#total);
    return loss;
  }
}

/** Where the threads of a group meet: to be handed to each of them. */
export interface ShardExchange {
  size: number;
  /** Arrivals and the number of meetings. */
  meetings: SharedArrayBuffer;
  /** Of two meetings in turn, each shard's loss and its sums. */
  losses: SharedArrayBuffer;
  sums: SharedArrayBuffer;
  mostShards: number;
  length: number;
}

/**
 * @param mostShards that have losses at one meeting
 * @param mostSums   of them, those that have sums too, `length` floats each
 */
export function createExchange(size: number, mostShards: number, mostSums: number, length: number): ShardExchange {
  return {
    size,
    meetings: new SharedArrayBuffer(8),
    losses: new SharedArrayBuffer(2 * 8 * mostShards),
    sums: new SharedArrayBuffer(2 * 4 * mostSums * length),
    mostShards,
    length,
  };
}

/**
 * One thread's part of a group of several. The threads meet once for each sum: a thread that is two meetings ahead of another's reading is
 * impossible, so that two sets of shards, used in turn, do.
 */
export class SharedGroup implements ShardGroup {
  readonly rank: number;
  readonly size: number;
  readonly #backend: TrainingBackend;
  readonly #meetings: Int32Array;
  readonly #losses: Float64Array[];
  /** Each shard's, of both sets. */
  readonly #slots: Float32Array[][];
  readonly #received: Float32Array;
  #turn = 0;

  /** @param backend whose memory has room for the sums once more */
  constructor(exchange: ShardExchange, rank: number, backend: TrainingBackend) {
    const { size, meetings, losses, sums, mostShards, length } = exchange;
    this.rank = rank;
    this.size = size;
    this.#backend = backend;
    this.#meetings = new Int32Array(meetings);
    this.#losses = [0, 1].map((turn) => new Float64Array(losses, 8 * turn * mostShards, mostShards));
    const mostSums = sums.byteLength / (8 * length);
    this.#slots = [0, 1].map((turn) =>
      Array.from({ length: mostSums }, (_, i) => new Float32Array(sums, 4 * length * (turn * mostSums + i), length)),
    );
    this.#received = backend.allocate(length);
  }

  sumShards(shards: number, sums: Float32Array | null, compute: (shard: number) => number): number {
    const [losses, slots] = [this.#losses[this.#turn], this.#slots[this.#turn]];
    this.#turn = 1 - this.#turn;
    for (let shard = this.rank; shard < shards; shard += this.size) {
      losses[shard] = compute(shard);
      if (sums !== null) slots[shard].set(sums);
    }
    this.#meet();
    let loss = 0;
    for (let shard = 0; shard < shards; shard++) {
      loss += losses[shard];
      if (sums === null) continue;
      if (shard === 0) sums.set(slots[0]);
      else {
        this.#received.set(slots[shard]);
        this.#backend.addScaled(sums, this.#received, sums.length, 1);
      }
    }
    return loss;
  }

  /** Waits until all threads of the group are here. One that ended never comes: its pool then ends the others too. */
  #meet(): void {
    const [arrivals, meeting] = [0, 1];
    const meetings = this.#meetings;
    const current = Atomics.load(meetings, meeting);
    if (Atomics.add(meetings, arrivals, 1) === this.size - 1) {
      Atomics.store(meetings, arrivals, 0);
      Atomics.add(meetings, meeting, 1);
      Atomics.notify(meetings, meeting);
      return;
    }
    // shorter than the kernel's wake-up where the other thread is nearly there
    for (let spin = 0; spin < spins; spin++) if (Atomics.load(meetings, meeting) !== current) return;
    while (Atomics.load(meetings, meeting) === current) Atomics.wait(meetings, meeting, current);
  }
}

/** Some five microseconds. */
const spins = 500;
