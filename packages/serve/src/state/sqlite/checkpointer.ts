import { once } from "node:events";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { checkpointWorker } from "./checkpoint-worker.js";
import type { GroupWriter } from "./group-writer.js";

const everyMs = 1_000;
/** Length of the write-ahead log below which it is left alone: as many pages as SQLite itself waits for. */
const leastBytes = 4_096 * 1_000;

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
  #commits = 0;

  /** @param onBroken is called when there is no worker to be had, and the connection has to checkpoint itself */
  constructor(path: string, writer: GroupWriter, onBroken: () => void) {
    this.#path = path;
    this.#writer = writer;
    this.#onBroken = onBroken;
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = once(worker, "exit");
    worker.postMessage("close");
    await exited;
  }

  #tick(): void {
    if (this.#running || this.#writer.commits === this.#commits) return;
    const { size = 0 } = statSync(`${this.#path}-wal`, { throwIfNoEntry: false }) ?? {};
    if (size < leastBytes) return;
    this.#commits = this.#writer.commits;
    this.#running = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage("checkpoint");
  }

  #start(): Worker {
    const libsql = createRequire(import.meta.url).resolve("libsql");
    const worker = new Worker(checkpointWorker, { eval: true, workerData: { libsql, path: this.#path }, execArgv: [] });
    // it does not keep the process alive
    worker.unref();
    worker.on("message", (message: "pause" | "done") => {
      if (message === "pause") {
        this.#writer.pause();
        worker.postMessage("paused");
        return;
      }
      this.#running = false;
      this.#writer.resume();
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
