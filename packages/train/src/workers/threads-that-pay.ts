import { availableParallelism } from "node:os";
import { OneheadError } from "@onehead/core";
import type { TrainingSettings } from "../settings/training-settings.js";
import { mostThreads } from "../trainer/shard-group.js";

/** More are a slip. */
const most = 64;
/** Multiply-adds of which a thread does some ten billion in a second: below, starting threads takes as long as they save. */
const leastWork = 5e9;

/** @throws OneheadError "invalid-argument" for what is neither a whole number nor "auto" */
export function resolveWorkers(workers: number | "auto" = 0): number | "auto" {
  if (workers === "auto" || (Number.isInteger(workers) && workers >= 0 && workers <= most)) return workers;
  throw new OneheadError(
    "invalid-argument",
    `train: workers: ${String(workers)}, expected a whole number from 0 to ${most}, or "auto"`,
  );
}

/** Threads to start: those asked for; or one for each processor, where there is so much to do, and no more than can be kept busy. */
export function threadsThatPay(
  workers: number | "auto",
  settings: TrainingSettings,
  rows: number,
  D: number,
  M: number,
): number {
  const busy = settings.members * mostThreads(settings.batchRows);
  if (workers !== "auto") return Math.min(workers, Math.max(busy, 3));
  const processors = availableParallelism();
  if (processors < 2 || multiplyAdds(settings, rows, D, M) < leastWork) return 0;
  return Math.min(processors, Math.max(busy, 3));
}

/** Of the products that threads share, roughly. */
function multiplyAdds(settings: TrainingSettings, rows: number, D: number, M: number): number {
  const { form, members, epochs, hiddenWidth: H, keyWidth: K, rank } = settings;
  const R = Math.min(rank, M);
  const P = Math.min(settings.anchors, rows);
  const perRow = form === "models" ? D * K + 4 * K * (H + M) + 4 * M * H : H * (D + 2 * R) + 2 * R * M;
  const networks = 3 * perRow * rows * epochs * members;
  // five bases and some two hundred steps of the kernel, two products each
  const kernel = settings.kernel ? 2 * rows * P * (5 * P + 200 * M) : 0;
  const clusters = settings.clusters ? 3 * 25 * rows * D * 64 : 0;
  return networks + kernel + clusters;
}
