import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { checkpointWorker } from "./checkpoint-worker.js";
import type { GroupWriter } from "./group-writer.js";

/** Writes for which a checkpoint is worth it: about the 1,000 pages that SQLite itself waits for. */
const leastWrites = 170;
/** The writer is paused for no more of the time than one part in so many, */
const pauseShare = 200;
/** unless so much waits: about 250 MB of a log that is written over from its beginning, or 256 MiB by which it has grown. */
const mostWrites = 20_000;
const mostGrowthBytes = 256 * 2 ** 20;
/** A log that a rush has left longer than this is cut off when there are few writes: 70 MB take 25 ms. */
const longBytes = 32 * 2 ** 20;
const calmWrites = 1_000;

/**
 * Moves the write-ahead log into the database, on a thread of its own: it waits for the disk several times, which can take 50 ms
 * each. The writer is paused, without blocking, for the last part alone.
 */
export class Checkpointer {
  readonly #path: string;
  readonly #writer: GroupWriter;
  readonly #onBroken: () => void;
  readonly #timer: NodeJS.Timeout;
  #worker: Worker | undefined;
  #running = false;
  #cut = false;
  #writes = 0;
  #bytes = 0;
  /** The last pause. */
  #pausedAtMs = 0;
  #pausedMs = 0;

  /**
   * @param everyMs how often it looks whether there is something to do
   * @param onBroken is called when there is no worker to be had, and the connection has to checkpoint itself
   */
  constructor(path: string, writer: GroupWriter, everyMs: number, onBroken: () => void) {
    this.#path = path;
    this.#writer = writer;
    this.#onBroken = onBroken;
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise((resolve) => worker.once("exit", resolve));
    worker.ref();
    worker.postMessage("close");
    await exited;
  }

  #tick(): void {
    const writes = this.#writer.writes - this.#writes;
    if (this.#running || writes === 0) return;
    const { size = 0 } = statSync(`${this.#path}-wal`, { throwIfNoEntry: false }) ?? {};
    const rested = performance.now() - this.#pausedAtMs >= this.#pausedMs * pauseShare;
    const much = writes >= mostWrites || size - this.#bytes >= mostGrowthBytes;
    if (!much && !(rested && writes >= leastWrites)) return;
    this.#cut = size > longBytes && writes < calmWrites;
    this.#writes = this.#writer.writes;
    this.#bytes = this.#cut ? 0 : size;
    this.#running = true;
    this.#worker ??= this.#start();
    // until it is done there may be writes that wait for it
    this.#worker.ref();
    this.#worker.postMessage("checkpoint");
  }

  #start(): Worker {
    const libsql = createRequire(import.meta.url).resolve("libsql");
    const worker = new Worker(checkpointWorker, { eval: true, workerData: { libsql, path: this.#path }, execArgv: [] });
    worker.on("message", (message: "pause" | "done") => {
      if (message === "pause") {
        this.#pausedAtMs = performance.now();
        this.#writer.pause();
        worker.postMessage(this.#cut ? "cut" : "restart");
        return;
      }
      this.#running = false;
      this.#pausedMs = performance.now() - this.#pausedAtMs;
      this.#writer.resume();
      worker.unref();
    });
    worker.on("error", () => {
      clearInterval(this.#timer);
      this.#worker = undefined;
      this.#writer.resume();
      this.#onBroken();
    });
    return worker;
  }
}
