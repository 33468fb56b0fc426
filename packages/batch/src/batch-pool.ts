import {
  type BatchChoices,
  type BatchTerms,
  type BatchWorkers,
  type CheckedBlock,
  OneheadError,
  type Preference,
  type ScoredBlock,
} from "@onehead/core";
import { inOrder } from "./in-order.js";
import type { WorkerMessage } from "./messages.js";
import { slotBytes, slotOn } from "./slot.js";
import type { Thread } from "./thread.js";

/** The buffers of so many blocks a worker: one that it scores, and one that waits so that it need not. */
const slotsPerWorker = 2;

type SlotBuffer = SharedArrayBuffer | ArrayBuffer;

/** What workers agreed on when they were opened. */
export interface PoolTerms extends Pick<BatchTerms, "candidates" | "backend"> {
  dimensions: number;
  blockRows: number;
}

/** A block that a worker has. */
interface Task {
  block: CheckedBlock;
  resolve(choices: BatchChoices): void;
  reject(error: OneheadError): void;
}

/** A worker and what it has to do. */
interface Member {
  thread: Thread;
  tasks: Map<number, Task>;
}

/** Workers that score blocks for `Router.scoreBatch`, for as many batches as one likes, also at once; until it is closed. */
export class BatchPool implements BatchWorkers {
  readonly candidates: BatchTerms["candidates"];
  readonly backend: BatchTerms["backend"];
  readonly blockRows: number;
  /** Whether blocks go through shared memory; where there is none, as on a page that is not isolated, they are handed over. */
  readonly shared: boolean;
  readonly #members: Member[];
  readonly #free: SlotBuffer[] = [];
  /** Blocks that wait for a slot: those of a second batch. */
  readonly #waiting: Array<() => void> = [];
  #tasks = 0;
  #ended: OneheadError | null = null;

  /** Use `openBatchWorkers`. */
  constructor(threads: readonly Thread[], { candidates, backend, dimensions, blockRows }: PoolTerms) {
    this.candidates = candidates;
    this.backend = backend;
    this.blockRows = blockRows;
    this.shared = canShare();
    this.#members = threads.map((thread) => ({ thread, tasks: new Map() }));
    const bytes = slotBytes(blockRows, dimensions);
    for (let i = 0; i < slotsPerWorker * threads.length; i++) {
      this.#free.push(this.shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    }
  }

  /** How many workers there are. */
  get workers(): number {
    return this.#members.length;
  }

  score(blocks: AsyncGenerator<CheckedBlock, void, undefined>, terms: BatchTerms): AsyncGenerator<ScoredBlock, void> {
    const found = this.#differenceTo(terms);
    if (found !== null) {
      throw new OneheadError(
        "invalid-argument",
        `scoreBatch: workers: ${found}, expected workers that choose as the router does`,
      );
    }
    return inOrder(blocks, slotsPerWorker * this.#members.length, async (block) => {
      const choices = await this.#scoreBlock(block, terms.preference);
      return { start: block.start, rows: block.inputTokens.length, ...choices };
    });
  }

  /** Ends the workers; blocks that they still have are rejected as "aborted", and so is every later one. */
  async close(): Promise<void> {
    this.#end(() => new OneheadError("aborted", "scoreBatch: workers: closed, expected them to be open"));
    await Promise.all(this.#members.map(({ thread }) => thread.end()));
  }

  /** What a worker says. */
  receive(worker: number, message: WorkerMessage): void {
    if (message.kind !== "scored") return;
    const { thread, tasks } = this.#members[worker];
    const task = tasks.get(message.task);
    if (task === undefined) return;
    tasks.delete(message.task);
    if (tasks.size === 0) thread.hold(false);
    const { slot, error } = message;
    if (error === null) task.resolve(this.#choicesOn(slot, task.block.inputTokens.length));
    else task.reject(new OneheadError(error.code, error.message));
    this.#free.push(slot);
    this.#waiting.shift()?.();
  }

  /** A worker that answers nothing any more takes its blocks with it, so the pool is over: what follows would have a gap. */
  lose(worker: number, reason: string, cause: unknown): void {
    const name = `worker ${worker + 1} of ${this.workers}`;
    this.#end((task) => {
      const rows =
        task === null
          ? ""
          : ` with rows ${task.block.start} to ${task.block.start + task.block.inputTokens.length - 1}`;
      return new OneheadError("worker-lost", `scoreBatch: ${name}: lost${rows}: ${reason}, expected choices`, {
        cause,
      });
    });
    for (const { thread } of this.#members) void thread.end();
  }

  #differenceTo({ candidates, backend, feedbackShifts }: BatchTerms): string | null {
    if (backend !== this.backend) return `of backend ${this.backend}, not ${backend}`;
    if (JSON.stringify(candidates) !== JSON.stringify(this.candidates)) return "of another artifact, pool or prices";
    return feedbackShifts.some((shift) => shift !== 0) ? "without what the router has learnt from feedback" : null;
  }

  async #scoreBlock(block: CheckedBlock, preference: Preference): Promise<BatchChoices> {
    while (this.#ended === null && this.#free.length === 0) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    if (this.#ended !== null) throw this.#ended;
    const slot = this.#free.pop() as SlotBuffer;
    const { embeddings, inputTokens } = slotOn(slot, this.blockRows);
    embeddings.set(block.embeddings);
    inputTokens.set(block.inputTokens);
    const idlest = this.#members.reduce((best, member) => (member.tasks.size < best.tasks.size ? member : best));
    const task = this.#tasks++;
    const rows = block.inputTokens.length;
    return new Promise((resolve, reject) => {
      idlest.tasks.set(task, { block, resolve, reject });
      idlest.thread.hold(true);
      const message = { kind: "score", task, slot, slotRows: this.blockRows, rows, preference } as const;
      idlest.thread.post(message, slot instanceof ArrayBuffer ? [slot] : []);
    });
  }

  #choicesOn(slot: SlotBuffer, rows: number): BatchChoices {
    const { index, predictedQuality, predictedCostUsd, reward } = slotOn(slot, this.blockRows);
    return {
      index: index.slice(0, rows),
      predictedQuality: predictedQuality.slice(0, rows),
      predictedCostUsd: predictedCostUsd.slice(0, rows),
      reward: reward.slice(0, rows),
    };
  }

  /** @param errorOf of a block that is under way, or of those to come */
  #end(errorOf: (task: Task | null) => OneheadError): void {
    if (this.#ended !== null) return;
    this.#ended = errorOf(null);
    for (const { tasks } of this.#members) {
      for (const task of tasks.values()) task.reject(errorOf(task));
      tasks.clear();
    }
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/** Pages have shared memory only where they are isolated from others. */
function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && crossOriginIsolated !== false;
}
