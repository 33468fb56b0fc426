import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { OneheadError } from "@onehead/core";
import type { Embedder } from "@onehead/embed";
import type { EmbedAnswer, EmbedQuestion } from "./embed-thread.js";

/** Node 20 aborts, rarely, where a thread is ended while V8 still compiles what it ran last (`NodePlatform::ForIsolate`): it is idle for this long first. */
const idleBeforeEndMs = 100;

interface Member {
  worker: Worker;
  questions: Map<number, { resolve(embeddings: Float32Array): void; reject(error: OneheadError): void }>;
}

/** An artifact's own embedder on several threads: the same vectors, as each has the same tables. */
export class EmbedderThreads implements Embedder {
  readonly id: string;
  readonly dimensions: number;
  readonly #members: Member[];
  #asked = 0;
  #failure: OneheadError | null = null;

  /**
   * @param program of a thread: `embed-thread.ts`, built
   * @param artifact bytes of the router's file, which holds all of the embedder
   */
  constructor({ id, dimensions }: Embedder, artifact: Uint8Array, threads: number, program: URL) {
    this.id = id;
    this.dimensions = dimensions;
    this.#members = Array.from({ length: threads }, () => {
      const worker = new Worker(program, { workerData: { artifact }, execArgv: [] });
      const member: Member = { worker, questions: new Map() };
      worker.on("message", (answer: EmbedAnswer) => {
        member.questions.get(answer.question)?.resolve(answer.embeddings);
        member.questions.delete(answer.question);
      });
      worker.on("error", (error: Error & { code?: string }) => this.#lose(error.code ?? error.name, error));
      worker.on("exit", (code) => this.#lose(`it ended with ${code}`, undefined));
      return member;
    });
  }

  /** @throws OneheadError "worker-lost" for a thread that ended, and from then on */
  embed(texts: readonly string[]): Promise<Float32Array> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const idlest = this.#members.reduce((best, member) =>
      member.questions.size < best.questions.size ? member : best,
    );
    const question = this.#asked++;
    return new Promise((resolve, reject) => {
      idlest.questions.set(question, { resolve, reject });
      idlest.worker.postMessage({ question, texts } satisfies EmbedQuestion);
    });
  }

  async close(): Promise<void> {
    this.#failure ??= new OneheadError("aborted", "embed: threads: closed, expected them to be open");
    await sleep(idleBeforeEndMs);
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  #lose(reason: string, cause: unknown): void {
    this.#failure ??= new OneheadError("worker-lost", `embed: a thread was lost: ${reason}`, { cause });
    for (const { questions } of this.#members) {
      for (const { reject } of questions.values()) reject(this.#failure);
      questions.clear();
    }
  }
}
