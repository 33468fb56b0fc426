import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { OneheadError } from "@onehead/core";
import type { TrainingBackend } from "@onehead/core/training";
import type { EpochEnd, FromThread, Job, ThreadData, ToThread } from "./messages.js";

/** What runs in each thread: built beside this file, which in a test is the source that threads cannot read. */
const threadFile = new URL(import.meta.url.endsWith(".ts") ? "../../dist/worker.js" : "./worker.js", import.meta.url);

/** Node 20 aborts, rarely, where a thread is ended while V8 still compiles what it ran last (`NodePlatform::ForIsolate`): it is idle for this long first. */
const idleBeforeEndMs = 100;

interface Pending {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  onEpoch(epoch: EpochEnd): Promise<void>;
}

/**
 * Threads that wait for jobs. One that ends before it is closed, for whatever reason, fails the pool: all jobs are rejected and the other
 * threads ended, also those that wait for it.
 */
export class ThreadPool {
  readonly size: number;
  readonly #threads: Worker[];
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: unknown;
  #closed = false;

  constructor(size: number, backend: TrainingBackend["name"], file = threadFile) {
    this.size = size;
    const workerData: ThreadData = { backend };
    this.#threads = Array.from({ length: size }, (_, thread) => {
      const worker = new Worker(file, { workerData, name: `onehead-train-${thread}` });
      worker.on("message", (message: FromThread) => this.#receive(worker, message));
      worker.on("error", (error) => this.fail(threadError(`thread ${thread} failed: ${messageOf(error)}`, error)));
      worker.on("exit", (code) => this.fail(threadError(`thread ${thread} ended with code ${code}`)));
      return worker;
    });
  }

  /**
   * @param onEpoch of a member's training; awaited before the thread goes on
   * @throws OneheadError what the job threw; "worker" where a thread ended or failed otherwise
   */
  run(thread: number, job: Job, onEpoch: (epoch: EpochEnd) => Promise<void> = async () => {}): Promise<unknown> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onEpoch });
      this.#send(this.#threads[thread], { id, job });
    });
  }

  /** Rejects all jobs, now and from now on, and ends the threads. */
  fail(error: unknown): void {
    if (this.#closed || this.#failure !== undefined) return;
    this.#failure = error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    void this.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await sleep(idleBeforeEndMs);
    await Promise.all(this.#threads.map((worker) => worker.terminate()));
  }

  #send(worker: Worker, message: ToThread): void {
    worker.postMessage(message);
  }

  #receive(worker: Worker, message: FromThread): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if ("epoch" in message) {
      pending.onEpoch(message.epoch).then(
        () => this.#send(worker, { id: message.id, goOn: true }),
        (error: unknown) => this.fail(error),
      );
      return;
    }
    this.#pending.delete(message.id);
    if ("result" in message) {
      pending.resolve(message.result);
      return;
    }
    const { code, message: text } = message.failure;
    const error = code === null ? threadError(`a thread failed: ${text}`) : new OneheadError(code, text);
    pending.reject(error);
    // others of its group may wait for it
    this.fail(error);
  }
}

function threadError(what: string, cause?: unknown): OneheadError {
  return new OneheadError("worker", `train: ${what}`, cause === undefined ? undefined : { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
