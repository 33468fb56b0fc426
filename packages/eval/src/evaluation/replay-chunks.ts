import type { Predictions } from "@onehead/baselines";
import { OneheadError, type RewardKind } from "@onehead/core";
import { createReplay } from "../replay/create-replay.js";
import type { RecordedRows } from "../replay/recorded-rows.js";
import type { Replay, RouterRole } from "../replay/replay.js";

/** A router that can be asked about a chunk of rows. */
export interface EvaluatedRouter<Chunk extends RecordedRows = RecordedRows> {
  /** Unique; not "single:…", "zero", "random" or "oracle": every evaluation has those by itself. */
  id: string;
  /** Shown in tables. */
  name: string;
  /** "baseline" unless given. */
  role?: RouterRole;
  /** "linear" unless given. */
  reward?: RewardKind;
  /** True unless given; false where quality only encodes a fixed choice. */
  estimatesQuality?: boolean;
  /**
   * Predictions for a chunk's rows, (R, N). Must not look at its scores and costs. Routers that share this very function (one
   * model under two rewards) share its call.
   */
  predict(chunk: Chunk): Predictions | Promise<Predictions>;
}

export interface ReplayChunksOptions {
  signal?: AbortSignal;
  /** Called after each chunk with the rows so far. */
  onProgress?: (rows: number) => void;
}

/**
 * Streams chunks of recorded rows through routers.
 *
 * @param chunks of any size; besides truth they carry whatever the routers' `predict` wants (embeddings, input tokens)
 * @throws as `createReplay`; OneheadError "aborted" once `signal` is aborted
 */
export async function replayChunks<Chunk extends RecordedRows>(
  models: readonly string[],
  routers: readonly EvaluatedRouter<Chunk>[],
  lambdasUsd: Float64Array,
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  { signal, onProgress }: ReplayChunksOptions = {},
): Promise<Replay> {
  const recorder = createReplay(models, routers.map(asReplayRouter), lambdasUsd);
  let rows = 0;
  for await (const chunk of chunks) {
    const predicted = new Map<EvaluatedRouter<Chunk>["predict"], Predictions>();
    for (const { predict } of routers) {
      if (signal?.aborted) throw new OneheadError("aborted", "replayChunks: aborted", { cause: signal.reason });
      if (!predicted.has(predict)) predicted.set(predict, await predict(chunk));
    }
    recorder.add(
      chunk,
      routers.map(({ predict }) => predicted.get(predict)!),
    );
    rows += chunk.scores.length / models.length;
    onProgress?.(rows);
  }
  return recorder.finish();
}

function asReplayRouter<Chunk extends RecordedRows>(router: EvaluatedRouter<Chunk>) {
  const { id, name, role = "baseline", reward = "linear", estimatesQuality = true } = router;
  return { id, name, role, reward, estimatesQuality };
}
