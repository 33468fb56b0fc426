import { OneheadError } from "@onehead/core";

/** A prompt that a new model can be scored on. */
export interface ProbePrompt {
  id: string;
  prompt: string;
  /** What is right, for the scorers that compare. */
  answer?: string | undefined;
}

/** What a model answered, and what of the call was counted. */
export interface Completion {
  answer: string;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  costUsd?: number | undefined;
}

/** A prompt with the score of the new model's answer: a sample of `router.addModel` once it is embedded. */
export interface ScoredPrompt extends Omit<Completion, "answer"> {
  id: string;
  prompt: string;
  score: number;
}

export interface ProbeOptions {
  prompts: readonly ProbePrompt[];
  /** Asks the model: any client, SDK or process. */
  complete: (prompt: string, signal: AbortSignal) => Promise<Completion>;
  /** Scores an answer, 0 to 1. */
  score: (prompt: ProbePrompt, answer: string, signal: AbortSignal) => number | Promise<number>;
  /** Calls at the same time; 4 unless given. */
  concurrency?: number | undefined;
  /** Called after every scored prompt; what it returns is awaited before another prompt is sent in its place. */
  onScored?: ((scored: ScoredPrompt) => void | Promise<void>) | undefined;
  /** Called after every prompt that could not be asked or scored. */
  onFailed?: ((id: string, error: unknown) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface ProbeResult {
  /** In the order of the prompts. */
  scored: ScoredPrompt[];
  failures: Array<{ id: string; error: unknown }>;
}

/** So many prompts in a row without an answer, and the fault is not theirs. */
const failuresInRow = 8;

/**
 * Asks a new model the prompts and scores its answers.
 *
 * A prompt that fails is left out, and reported; eight in a row end the probe. Nothing is written and nothing is sent but
 * by `complete` and `score`. Once `signal` is aborted no prompt is sent any more, and calls under way are told.
 *
 * @throws OneheadError "invalid-argument" for a concurrency that is no whole number from 1; "aborted"; "io" after eight
 *   failures in a row, with the last one as its cause
 */
export async function probeModel(options: ProbeOptions): Promise<ProbeResult> {
  const { prompts, concurrency = 4, signal: outer } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    const found = `concurrency: ${String(concurrency)}`;
    throw new OneheadError("invalid-argument", `probeModel: ${found}, expected a whole number of at least 1`);
  }
  const ended = new AbortController();
  const signal = outer === undefined ? ended.signal : AbortSignal.any([outer, ended.signal]);
  const scored: Array<ScoredPrompt | undefined> = [];
  const failures: ProbeResult["failures"] = [];
  let next = 0;
  let inRow = 0;
  const work = async (): Promise<void> => {
    while (next < prompts.length && !signal.aborted) {
      const at = next++;
      try {
        scored[at] = await scoreOne(prompts[at], options, signal);
        inRow = 0;
      } catch (error) {
        if (signal.aborted) return;
        inRow++;
        failures.push({ id: prompts[at].id, error });
        options.onFailed?.(prompts[at].id, error);
        if (inRow < failuresInRow) continue;
        throw new OneheadError("io", `probeModel: ${inRow} prompts in a row failed: ${messageOf(error)}`, {
          cause: error,
        });
      }
      await options.onScored?.(scored[at]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, prompts.length) }, work));
  } finally {
    // whatever ended the probe ends the calls that are still under way
    ended.abort();
  }
  if (outer?.aborted) throw new OneheadError("aborted", "probeModel: aborted", { cause: outer.reason });
  return { scored: scored.filter((one) => one !== undefined), failures };
}

async function scoreOne(
  prompt: ProbePrompt,
  { complete, score }: ProbeOptions,
  signal: AbortSignal,
): Promise<ScoredPrompt> {
  const { answer, ...counted } = await complete(prompt.prompt, signal);
  const value = await score(prompt, answer, signal);
  if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
    throw new OneheadError("invalid-argument", `probeModel: score: ${String(value)}, expected a number from 0 to 1`);
  }
  return { id: prompt.id, prompt: prompt.prompt, score: value, ...counted };
}

function messageOf(error: unknown): string {
  return OneheadError.isInstance(error) ? error.message : "the call threw";
}
