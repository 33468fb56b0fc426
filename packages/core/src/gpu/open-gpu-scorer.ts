import type { Artifact } from "../artifact/artifact.js";
import { assertObject, invalidArgument } from "../errors/invalid-argument.js";
import { type Backend, jsBackend } from "../kernels/backend.js";
import { type PoolOptions, resolvePool } from "../router/pool.js";
import { BlockProgram, PoolWeights } from "./block-program.js";
import { leastGpuRows } from "./cost-model.js";
import { foldPool } from "./fold-pool.js";
import { type GpuConstructor, type GpuInstance, type GpuMode, openGpu } from "./gpu-library.js";
import type { GpuReport, GpuScorer } from "./gpu-scorer.js";
import { measureCosts } from "./measure-costs.js";
import { ProcessorScorer } from "./processor-scorer.js";
import { type GpuHalf, SplitScorer } from "./split-scorer.js";

export interface GpuScorerOptions extends PoolOptions {
  /** The class `GPU` of gpu.js, or an instance of it; the package is imported when left out. */
  gpu?: GpuConstructor | GpuInstance | undefined;
  /** Of the instance that is made: WebGL2 or else WebGPU when left out. "cpu" and "webasm" are for tests. */
  mode?: GpuMode | undefined;
  /**
   * "auto" (when left out): batches go to the GPU where that was measured to be faster, and never to one that software draws. "measured":
   * to that too, where it is faster. "gpu": every row, whatever it costs. "cpu": none.
   */
  use?: "auto" | "measured" | "gpu" | "cpu" | undefined;
  /** What the processor computes with: `wasmBackend() ?? jsBackend` is the fastest; `jsBackend` when left out. */
  backend?: Backend | undefined;
  /** Rows of the blocks that kernels are made for; 256 and 4096 when left out. */
  blockRows?: readonly number[] | undefined;
}

const uses: ReadonlyArray<string> = ["auto", "measured", "gpu", "cpu"];
const defaultBlockRows = [256, 4096];

/**
 * Opens a scorer for an artifact's pool: finds a GPU, brings the weights there, and measures from how many rows on it is worth its while.
 *
 * Opening takes as long as the driver compiles: one scorer serves many batches. Where a GPU cannot be used the scorer is the
 * processor's, and `report` says why.
 *
 * @param artifact with networks; what feedback has taught comes with each call
 * @throws OneheadError "missing-package" where gpu.js is neither given nor installed; "unknown-model" or "invalid-argument" from
 *   the pool options; "invalid-argument" naming the option, for an external artifact, and where `use` is "gpu" and there is none
 */
export async function openGpuScorer(artifact: Artifact, options: GpuScorerOptions = {}): Promise<GpuScorer> {
  assertObject("openGpuScorer: artifact", artifact);
  assertObject("openGpuScorer: options", options);
  const { use = "auto", backend = jsBackend, blockRows = defaultBlockRows } = options;
  if (!uses.includes(use)) throw invalidArgument("openGpuScorer: use", use, uses.join(", "));
  assertBlockRows(blockRows);
  if (artifact.manifest.model.form === "external") {
    throw invalidArgument("openGpuScorer: artifact", "an external one", "one with networks of its own");
  }
  const pool = resolvePool(artifact, options);
  const processor = new ProcessorScorer(artifact, pool, backend);
  const onProcessor = (
    reason: string,
    device: GpuReport["device"] = null,
    costs: GpuReport["costs"] = null,
  ): GpuScorer =>
    new SplitScorer(artifact, pool, processor, null, { uses: "cpu", reason, device, costs }, async () => {});
  if (use === "cpu") return onProcessor("asked for");

  const open = await openGpu(options.gpu, options.mode);
  const required = (problem: string): void => {
    if (use === "gpu") throw invalidArgument("openGpuScorer: gpu", problem, "one that computes with float32 textures");
  };
  if (open === null) {
    required("neither WebGL2 nor WebGPU");
    return onProcessor("there is neither WebGL2 nor WebGPU");
  }
  const { device } = open;
  if (use === "auto" && device.software) {
    await open.close();
    return onProcessor(`${device.name} computes on the processor too`, device);
  }
  let half: GpuHalf | null = null;
  const release = async (): Promise<void> => {
    for (const program of half?.programs ?? []) program.destroy();
    half?.weights.destroy();
    await open.close();
  };
  try {
    const weights = await PoolWeights.upload(open, foldPool(artifact, pool));
    const sizes = [...new Set(blockRows.map((rows) => Math.min(rows, device.maxTextureSize)))].sort((a, b) => a - b);
    const own = { weights, programs: sizes.map((rows) => new BlockProgram(weights, rows)) };
    half = { ...own, costs: null };
    const costs = use === "gpu" ? null : await measureCosts(half, processor);
    const least = costs === null ? 1 : leastGpuRows(costs);
    if (least === Number.POSITIVE_INFINITY) {
      await release();
      return onProcessor("measured to be slower than the processor", device, costs);
    }
    const reason = costs === null ? "asked for" : `measured to be faster from ${least} rows on`;
    const report = { uses: "gpu", reason, device, costs } as const;
    return new SplitScorer(artifact, pool, processor, { ...own, costs }, report, release);
  } catch (error) {
    await release().catch(() => {});
    const problem = error instanceof Error ? error.message : String(error);
    required(problem);
    return onProcessor(problem, device);
  }
}

function assertBlockRows(blockRows: unknown): asserts blockRows is readonly number[] {
  if (!Array.isArray(blockRows) || blockRows.length === 0) {
    throw invalidArgument("openGpuScorer: blockRows", blockRows, "a list of rows");
  }
  const wrong = blockRows.find((rows) => !(Number.isInteger(rows) && rows > 0));
  if (wrong !== undefined) throw invalidArgument("openGpuScorer: blockRows", wrong, "whole numbers above 0");
}
