import { lambdaGrid, withLambda } from "../replay/lambda-grid.js";
import type { RecordedRows } from "../replay/recorded-rows.js";
import type { Replay } from "../replay/replay.js";
import type { SavingsOptions } from "../savings/savings-of.js";
import type { EvaluationResult } from "./evaluation-result.js";
import { type EvaluatedRouter, type ReplayChunksOptions, replayChunks } from "./replay-chunks.js";
import { summarizeReplays } from "./summarize-replays.js";

export interface EvaluateOptions<Chunk extends RecordedRows>
  extends SavingsOptions,
    Pick<ReplayChunksOptions, "signal"> {
  /** N candidates, in the order of every matrix. */
  models: readonly string[];
  /** Exactly one has the role "subject". */
  routers: readonly EvaluatedRouter<Chunk>[];
  /** Rows that trained and tuned nothing. */
  heldOut: AsyncIterable<Chunk> | Iterable<Chunk>;
  /** Rows on which λ, reference model and best baseline are chosen; without them those are chosen in hindsight and say so. */
  validation?: AsyncIterable<Chunk> | Iterable<Chunk>;
  /** Mean cost of the dearest model on training rows (`dearestMeanCostUsd`): the middle of the sweep. */
  referenceCostUsd: number;
  /** Values of λ between the two ends; 65 unless given. */
  lambdas?: number;
  /** Receives the held-out replay, for work across several evaluations (a bootstrap over the mean of seeds). */
  onReplay?: (heldOut: Replay) => void;
  onProgress?: (progress: { part: "validation" | "held-out"; rows: number }) => void;
}

/**
 * Replays recorded rows on every router and computes all figures: curves, every AIQ, QNC, calibration, selection, the pool's
 * own references (single models, zero router, random mix, oracle), and the paired bootstrap of the subject against all.
 *
 * Streams: memory holds scores and costs of the complete rows and each router's choices, never prompts or predictions.
 *
 * @throws OneheadError "invalid-argument" as `lambdaGrid`, `withLambda`, `createReplay` and `summarizeReplays`; "aborted"
 */
export async function evaluate<Chunk extends RecordedRows>(options: EvaluateOptions<Chunk>): Promise<EvaluationResult> {
  const { models, routers, signal, onProgress } = options;
  const grid = lambdaGrid(options.referenceCostUsd, options.lambdas);
  const lambdasUsd = options.lambdaUsd === undefined ? grid : withLambda(grid, options.lambdaUsd);
  const replay = (part: "validation" | "held-out", chunks: AsyncIterable<Chunk> | Iterable<Chunk>) =>
    replayChunks(models, routers, lambdasUsd, chunks, {
      ...(signal && { signal }),
      onProgress: (rows) => onProgress?.({ part, rows }),
    });
  const validation = options.validation === undefined ? null : await replay("validation", options.validation);
  const heldOut = await replay("held-out", options.heldOut);
  options.onReplay?.(heldOut);
  return summarizeReplays(heldOut, validation, options);
}
