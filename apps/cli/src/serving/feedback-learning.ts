import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { OneheadError, type Router } from "@onehead/core";
import { type Learning, learning } from "@onehead/core/feedback";
import type { CallRecord, LoggedFeedback, Logger } from "@onehead/serve";
import { codeOf, writeFileAtomically } from "../files/write-atomically.js";

type FeedbackState = ReturnType<Router["feedbackState"]>;

/** What is kept between two processes, beside the database. */
interface KeptLearning {
  version: 1;
  /** Since when these predictions are corrected, and when that was last written. */
  sinceMs: number;
  savedMs: number;
  state: FeedbackState;
}

/** Scores come in bursts: one write for what comes within so long. */
const saveAfterMs = 1_000;

const wayOut = "remove it to learn anew";

/**
 * Lets the gateway's router learn from feedback, and remembers what it has learnt in a file for each artifact.
 *
 * A score counts against the prediction that its decision was made by; decisions of another artifact, of the time before learning
 * began and of a process that did not learn are left out, and so are those in which a client named the model.
 */
export class FeedbackLearning {
  /** Null where nothing is to be remembered. */
  readonly #database: string | null;
  readonly #logger: Logger;
  /** Of the router that serves, or served last. */
  #kept: KeptLearning | null = null;
  /** Of artifacts that served before, by what they were trained on: their files may still be on the way. */
  readonly #setAside = new Map<string, KeptLearning>();
  #router: Router | null = null;
  /** Since when this process learns without a break. */
  #sinceMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  /** @param database of the gateway; the files stand beside it */
  constructor(database: string, logger: Logger) {
    this.#database = database === ":memory:" ? null : database;
    this.#logger = logger;
  }

  /**
   * Option of a router that goes on from what has been learnt, where that was beside the same artifact.
   *
   * @throws OneheadError "io", or "invalid-argument" naming the file and what is wrong in it
   */
  readonly forRouter: Learning = (trainedOn) => {
    this.#keep();
    const kept = this.#known(trainedOn);
    if (kept === null) return learning()(trainedOn);
    try {
      return learning({ state: kept.state })(trainedOn);
    } catch (cause) {
      if (!OneheadError.isInstance(cause)) throw cause;
      throw new OneheadError(cause.code, `serve: ${this.#path(trainedOn)}: ${cause.message}; ${wayOut}`, { cause });
    }
  };

  /** From now on this router serves; null for one that does not learn. */
  serve(router: Router | null): void {
    this.#keep();
    const nowMs = Date.now();
    if (this.#router === null) this.#sinceMs = nowMs;
    const state = router?.feedbackState();
    if (state !== undefined && this.#kept?.state.trainedOn !== state.trainedOn) {
      // what the other one's router has learnt by now is still to be written
      if (this.#timer !== undefined) void this.#save();
      if (this.#kept !== null) this.#setAside.set(this.#kept.state.trainedOn, { ...this.#kept, savedMs: nowMs });
      this.#sinceMs = nowMs;
      this.#kept = this.#known(state.trainedOn) ?? { version: 1, sinceMs: nowMs, savedMs: nowMs, state };
    }
    this.#router = router;
  }

  /** `GatewayOptions.onFeedback`. */
  readonly learn = ({ score, source }: LoggedFeedback, call: CallRecord): void => {
    const router = this.#router;
    if (router === null || !this.#counts(call, router)) return;
    const { model, ranking, answeredBy } = call;
    // nobody in particular is one source, which moves little
    router.update({ decision: { model, ranking }, model: answeredBy, score, source: hashOf(source ?? "") });
    this.#timer ??= setTimeout(() => void this.#save(), saveAfterMs).unref();
  };

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    await this.#save();
  }

  /** What has been learnt beside an artifact; null for nothing. */
  #known(trainedOn: string): KeptLearning | null {
    if (this.#kept?.state.trainedOn === trainedOn) return this.#kept;
    const setAside = this.#setAside.get(trainedOn);
    if (setAside !== undefined) return setAside;
    const path = this.#path(trainedOn);
    if (path === null || !existsSync(path)) return null;
    const kept = readKept(path);
    return kept.state.trainedOn === trainedOn ? kept : null;
  }

  #path(trainedOn: string): string | null {
    return this.#database === null ? null : learningFile(this.#database, trainedOn);
  }

  #counts({ status, timeMs, ranking, answeredBy }: CallRecord, router: Router): boolean {
    if (!this.#kept) return false;
    const { sinceMs, savedMs } = this.#kept;
    // what served between two processes that learnt is not known
    const known = timeMs >= sinceMs && (timeMs >= this.#sinceMs || timeMs <= savedMs);
    const judged = ranking.some(({ model }) => model === answeredBy);
    return known && status === "answered" && judged && router.candidates.some(({ id }) => id === answeredBy);
  }

  /** Takes what the router has learnt by now; a process that goes on learning is told by when it began. */
  #keep(): void {
    if (this.#router === null || !this.#kept) return;
    this.#kept = { ...this.#kept, state: this.#router.feedbackState() };
  }

  #save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const path = this.#kept === null ? null : this.#path(this.#kept.state.trainedOn);
    if (this.#router === null || this.#kept === null || path === null) return this.#saving;
    this.#keep();
    const text = `${JSON.stringify({ ...this.#kept, savedMs: Date.now() } satisfies KeptLearning)}\n`;
    this.#saving = this.#saving
      .then(() => writeFileAtomically(path, text, 0o600))
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#logger.error({ error: message }, "what was learnt from feedback could not be written");
      });
    return this.#saving;
  }
}

/** Where it is remembered what was learnt beside an artifact. */
export function learningFile(database: string, trainedOn: string): string {
  return `${database}.learning-${hashOf(trainedOn).slice(0, 8)}.json`;
}

/** Who said it is nobody's business: an address is as good as its hash. */
function hashOf(source: string): string {
  return createHash("sha256").update(source).digest("hex").slice(0, 32);
}

function readKept(path: string): KeptLearning {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const what = cause instanceof SyntaxError ? "not JSON" : `cannot be read: ${codeOf(cause)}`;
    throw new OneheadError("io", `serve: ${path}: ${what}; ${wayOut}`, { cause });
  }
  const { version, sinceMs, savedMs, state } = (value ?? {}) as Partial<Record<keyof KeptLearning, unknown>>;
  if (version !== 1) throw wrong(path, "version", version, "1");
  if (typeof sinceMs !== "number") throw wrong(path, "sinceMs", sinceMs, "milliseconds");
  if (typeof savedMs !== "number") throw wrong(path, "savedMs", savedMs, "milliseconds");
  if (typeof state !== "object" || state === null) throw wrong(path, "state", state, "an object");
  // the rest is checked by whoever learns on from it
  return { version, sinceMs, savedMs, state: state as FeedbackState };
}

function wrong(path: string, field: string, found: unknown, expected: string): OneheadError {
  return new OneheadError(
    "invalid-argument",
    `serve: ${path}: ${field}: ${String(found)}, expected ${expected}; ${wayOut}`,
  );
}
