import type { MainMessage, WorkerMessage } from "./messages.js";

/** A worker, of Node or of the web. */
export interface Thread {
  post(message: MainMessage, transfer: ArrayBuffer[]): void;
  /** Whether the process has to stay up for it. */
  hold(busy: boolean): void;
  end(): Promise<void>;
}

/** What a thread tells of itself. */
export interface ThreadEvents {
  onMessage(message: WorkerMessage): void;
  /** It answers nothing any more. May be called more than once. */
  onLost(reason: string, cause: unknown): void;
}

export type StartThread = (events: ThreadEvents) => Promise<Thread>;

/** What is used of the `Worker` of browsers, Deno and Bun. */
interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
  onmessage: ((event: { data: WorkerMessage }) => void) | null;
  onmessageerror: (() => void) | null;
  onerror: ((event: { message?: string; preventDefault?(): void }) => void) | null;
}

type WebWorkerClass = new (url: URL, options: { type: "module" }) => WebWorker;

/** A thread on `worker.js` beside this file: a web worker where there is such a thing, else one of Node. */
export const startThread: StartThread = async (events) => {
  const { Worker } = globalThis as { Worker?: WebWorkerClass };
  // written out, since bundlers of pages look for these very words
  if (Worker !== undefined)
    return webThread(new Worker(new URL("./worker.js", import.meta.url), { type: "module" }), events);
  return nodeThread(new URL("./worker.js", import.meta.url), events);
};

function webThread(worker: WebWorker, { onMessage, onLost }: ThreadEvents): Thread {
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onmessageerror = () => onLost("a message could not be read", undefined);
  worker.onerror = (event) => {
    event.preventDefault?.();
    onLost(event.message ?? "its program could not be loaded", event);
  };
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: () => {},
    end: async () => worker.terminate(),
  };
}

/** Node 20 aborts, rarely, where a thread is ended while V8 still compiles what it ran last (`NodePlatform::ForIsolate`): it is idle for this long first. */
const idleBeforeEndMs = 100;

/** @param program of the thread */
export async function nodeThread(program: URL, { onMessage, onLost }: ThreadEvents): Promise<Thread> {
  // in parts, since bundlers of pages would look for the module
  const name = ["node", "worker_threads"].join(":");
  const { Worker } = (await import(
    /* @vite-ignore */ /* webpackIgnore: true */ name
  )) as typeof import("node:worker_threads");
  const worker = new Worker(program, { execArgv: [] });
  worker.on("message", onMessage);
  worker.on("messageerror", (error) => onLost("a message could not be read", error));
  worker.on("error", (error: Error & { code?: string }) => onLost(error.code ?? error.message, error));
  worker.on("exit", (code) => onLost(`it ended with ${code}`, undefined));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: (busy) => (busy ? worker.ref() : worker.unref()),
    end: async () => {
      await new Promise((resolve) => setTimeout(resolve, idleBeforeEndMs));
      await worker.terminate();
    },
  };
}
