import { Worker } from "node:worker_threads";
import { OneheadError } from "@onehead/core";
import type { LoggedFeedback } from "../gateway-state.js";
import type { Which } from "./call-removals.js";
import type { StateWriter } from "./database-writer.js";
import type { JournalledWrite } from "./journal-file.js";
import { fromWriterError, type WriterMethod, type WriterReply, type WriterRequest } from "./writer-messages.js";

interface Pending {
  resolve(value: unknown): void;
  reject(error: OneheadError): void;
}

/** A writer in a thread of its own. It keeps the process alive while something is asked of it, and not otherwise. */
export class ThreadWriter implements StateWriter {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #asked = 0;
  #ended = false;

  /**
   * @param program of the thread: `writer-thread.ts`, built
   * @param path of the database
   */
  constructor(program: URL, path: string, lost: (error: OneheadError) => void) {
    this.#path = path;
    this.#worker = new Worker(program, { workerData: { path }, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (message: WriterReply) => {
      if ("lost" in message) lost(fromWriterError(message.lost));
      else this.#answered(message);
    });
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  apply(file: string): Promise<void> {
    return this.#ask("apply", [file]);
  }

  write(entry: JournalledWrite): Promise<void> {
    return this.#ask("write", [entry]);
  }

  addFeedback(feedback: LoggedFeedback): Promise<boolean> {
    return this.#ask("addFeedback", [feedback]);
  }

  remove(which: Which): Promise<number> {
    return this.#ask("remove", [which]);
  }

  removeContents(which: Which): Promise<number> {
    return this.#ask("removeContents", [which]);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise((resolve) => this.#worker.once("exit", resolve));
    await this.#ask("close", []);
    this.#worker.ref();
    await exited;
  }

  #ask<M extends WriterMethod>(method: M, values: Parameters<StateWriter[M]>): ReturnType<StateWriter[M]> {
    const answer = new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#endedError());
        return;
      }
      const id = ++this.#asked;
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, method, values } as WriterRequest);
    });
    return answer as ReturnType<StateWriter[M]>;
  }

  #answered(message: Exclude<WriterReply, { lost: unknown }>): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if ("error" in message) pending?.reject(fromWriterError(message.error));
    else pending?.resolve(message.value);
  }

  #end(cause?: unknown): void {
    this.#ended = true;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(this.#endedError(cause));
  }

  #endedError(cause?: unknown): OneheadError {
    return new OneheadError("io", `state: ${this.#path}: its writer has ended`, { cause });
  }
}
