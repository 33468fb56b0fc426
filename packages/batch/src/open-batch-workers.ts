import { OneheadError, type PoolOptions, type RouterOptions } from "@onehead/core";
import { BatchPool, type PoolTerms } from "./batch-pool.js";
import type { OpenMessage, WorkerMessage } from "./messages.js";
import { type StartThread, startThread, type Thread } from "./thread.js";

/** What the router has that the batches are for, and how many threads work for it. */
export interface OpenBatchWorkersOptions extends PoolOptions {
  /** Threads beside the caller's. */
  workers: number;
  /** Default "js", as of a router. */
  backend?: NonNullable<RouterOptions["backend"]>["name"] | undefined;
  /** The most rows that a worker gets at once. Default 1024. */
  blockRows?: number | undefined;
}

const greatestWorkers = 1024;
const greatestBlockRows = 1 << 16;

/**
 * Opens workers, each with a router of its own made of the artifact's bytes, for `router.scoreBatch(rows, { workers })`.
 *
 * They do not keep the process up while no block is under way; `close()` ends them.
 *
 * @param artifact bytes of the router's file
 * @throws OneheadError "invalid-argument" naming the option; as `parseArtifact` and `new Router`; "worker-lost" where threads cannot be started
 */
export async function openBatchWorkers(
  artifact: Uint8Array | ArrayBuffer,
  options: OpenBatchWorkersOptions,
): Promise<BatchPool> {
  return openPool(artifact, options, startThread);
}

/** The same on threads of any kind. */
export async function openPool(
  artifact: Uint8Array | ArrayBuffer,
  { workers, backend = "js", blockRows = 1024, models, prices }: OpenBatchWorkersOptions,
  start: StartThread,
): Promise<BatchPool> {
  assertWhole("workers", workers, greatestWorkers);
  assertWhole("blockRows", blockRows, greatestBlockRows);
  // a copy, since a view would take the whole of its buffer along
  const open: OpenMessage = { kind: "open", artifact: new Uint8Array(artifact), backend, models, prices };
  let pool: BatchPool | null = null;
  // a worker can be lost while the others are still being opened
  let early: OneheadError | null = null;
  const opened = await Promise.allSettled(
    Array.from({ length: workers }, (_, worker) =>
      openThread(open, start, {
        onMessage: (message) => pool?.receive(worker, message),
        onLost: (reason, cause) => {
          if (pool === null) early = notStarted(reason, cause);
          else pool.lose(worker, reason, cause);
        },
      }),
    ),
  );
  const failed = opened.find(({ status }) => status === "rejected");
  const ready = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const error: unknown = failed === undefined ? early : (failed as PromiseRejectedResult).reason;
  if (error !== null) {
    await Promise.all(ready.map(({ thread }) => thread.end()));
    throw error;
  }
  pool = new BatchPool(
    ready.map(({ thread }) => thread),
    { ...ready[0].terms, blockRows },
  );
  return pool;
}

interface OpenedThread {
  thread: Thread;
  terms: Omit<PoolTerms, "blockRows">;
}

/** Starts one thread and has it make its router. */
function openThread(open: OpenMessage, start: StartThread, later: Parameters<StartThread>[0]): Promise<OpenedThread> {
  return new Promise((resolve, reject) => {
    let thread: Thread | null = null;
    let isSettled = false;
    const fail = (error: OneheadError): void => {
      if (isSettled) return;
      isSettled = true;
      void thread?.end();
      reject(error);
    };
    const onMessage = (message: WorkerMessage): void => {
      if (message.kind === "listening") {
        thread?.post(open, []);
      } else if (message.kind === "opened" && thread !== null) {
        isSettled = true;
        thread.hold(false);
        resolve({ thread, terms: message });
      } else if (message.kind === "refused") {
        fail(new OneheadError(message.error.code, message.error.message));
      } else {
        later.onMessage(message);
      }
    };
    start({
      onMessage,
      onLost: (reason, cause) => (isSettled ? later.onLost(reason, cause) : fail(notStarted(reason, cause))),
    }).then(
      (started) => {
        thread = started;
      },
      (cause: unknown) => fail(notStarted(cause instanceof Error ? cause.message : String(cause), cause)),
    );
  });
}

function notStarted(reason: string, cause: unknown): OneheadError {
  return new OneheadError("worker-lost", `openBatchWorkers: a worker was not started: ${reason}`, { cause });
}

function assertWhole(field: string, value: unknown, greatest: number): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= greatest) return;
  throw new OneheadError(
    "invalid-argument",
    `openBatchWorkers: ${field}: ${String(value)}, expected a whole number from 1 to ${greatest}`,
  );
}
