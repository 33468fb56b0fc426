// What scripts/gpu-page.test.ts runs in a browser, bundled with gpu.js and with a collector of tests that stands for vitest.
import { GPU } from "gpu.js";
import { type Artifact, parseArtifact } from "../../artifact/artifact.js";
import type { Preference } from "../../decision/reward.js";
import { describeBackendContract } from "../../kernels/contract/backend-contract.js";
import { type CollectedOutcome, runCollected } from "../../kernels/contract/run-collected.js";
import { Router } from "../../router/router.js";
import { gpuBackend } from "../gpu-backend.js";
import type { GpuInstance, GpuKernel, GpuMode } from "../gpu-library.js";
import { type GpuReport, openGpuScorer } from "../index.js";
import {
  type Comparison,
  compareToRouter,
  preferences,
  rowsNearAnchors,
  rowsOf,
  scoredArtifacts,
} from "./scored-cases.js";

declare global {
  var page: typeof functions;
}

const blockRows = [16, 8];

/** The contract of all backends. */
async function contract(leastInner: number): Promise<CollectedOutcome & { name: string }> {
  const backend = await gpuBackend({ gpu: GPU, mode: "webgl2", leastInner });
  if (backend === null) throw new Error("no WebGL2");
  const outcome = await runCollected(() => describeBackendContract("gpu", backend, 1e-6));
  return { name: backend.name, ...outcome };
}

/** One of the artifacts against the router, with every preference. */
async function compare(name: string, mode: GpuMode): Promise<Comparison[]> {
  const artifact = scoredArtifacts[name]();
  const router = new Router(artifact);
  const scorer = await openGpuScorer(artifact, { gpu: GPU, mode, use: "gpu", blockRows });
  const rows = rowsOf(router.dimensions, 51);
  const found: Comparison[] = [];
  for (const preference of preferences) found.push(await compareToRouter(scorer, router, rows, preference));
  await scorer.close();
  return found;
}

/** As {@link compare}, in a worker of this script. */
function compareInWorker(url: string): Promise<Comparison[]> {
  const worker = new Worker(url);
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data as Comparison[]);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
}

/** The artifact that ships, with rows as it knows them. */
function compareShipped(url: string): Promise<Comparison[]> {
  return compareFile(url, 64, preferences, (artifact) => rowsNearAnchors(artifact, 128));
}

/** The artifact that ships, with the rows of a file: each its embedding and tokens, float32; a preference of each kind. */
function compareReal(url: string, rowsUrl: string): Promise<Comparison[]> {
  const chosen = [preferences[3], preferences[7]];
  return compareFile(url, 256, chosen, async ({ manifest }) => {
    const D = manifest.embedder.dimensions;
    const values = new Float32Array(await (await fetch(rowsUrl)).arrayBuffer());
    const rows = values.length / (D + 1);
    const embeddings = new Float32Array(rows * D);
    for (let r = 0; r < rows; r++) embeddings.set(values.subarray(r * (D + 1), r * (D + 1) + D), r * D);
    return { embeddings, tokens: Float64Array.from({ length: rows }, (_, r) => values[r * (D + 1) + D]) };
  });
}

type Rows = ReturnType<typeof rowsOf>;

async function compareFile(
  url: string,
  rowsAtOnce: number,
  wanted: readonly Preference[],
  rowsFor: (artifact: Artifact) => Rows | Promise<Rows>,
): Promise<Comparison[]> {
  const artifact = parseArtifact(new Uint8Array(await (await fetch(url)).arrayBuffer()));
  const router = new Router(artifact);
  const scorer = await openGpuScorer(artifact, { gpu: GPU, use: "gpu", blockRows: [rowsAtOnce] });
  const rows = await rowsFor(artifact);
  const found: Comparison[] = [];
  for (const preference of wanted) found.push(await compareToRouter(scorer, router, rows, preference));
  await scorer.close();
  return found;
}

/** A batch of ten blocks whose context or device is lost with the given launch, and one after it. */
async function lose(mode: "webgl2" | "webgpu", launch: number): Promise<{ during: Comparison; after: Comparison }> {
  const artifact = scoredArtifacts["low-rank"]();
  const router = new Router(artifact);
  const gpu: GpuInstance = new GPU({ mode });
  const loseNow = (): void => {
    if (mode === "webgl2") loseContext(gpu);
    else for (const device of devices.splice(0)) device.destroy();
  };
  let launches = 0;
  const counted = (kernel: GpuKernel): GpuKernel =>
    Object.assign(
      (...values: readonly unknown[]) => {
        launches++;
        if (launches === launch) loseNow();
        return kernel(...values);
      },
      { destroy: () => kernel.destroy() },
    );
  const counting: GpuInstance = {
    mode: gpu.mode,
    get context() {
      return gpu.context;
    },
    createKernel: (source, settings) => {
      const kernel = gpu.createKernel(source, settings);
      // the kernel that is read back ends a block
      return (settings as { asyncMode?: boolean }).asyncMode === true ? counted(kernel) : kernel;
    },
    destroy: () => gpu.destroy(),
  };
  const scorer = await openGpuScorer(artifact, { gpu: counting, use: "gpu", blockRows: [16] });
  const rows = rowsOf(router.dimensions, 160);
  const during = await compareToRouter(scorer, router, rows, preferences[2]);
  const after = await compareToRouter(scorer, router, rows, preferences[3]);
  await scorer.close();
  return { during, after };
}

function loseContext(gpu: GpuInstance): void {
  (gpu.context as WebGL2RenderingContext).getExtension("WEBGL_lose_context")?.loseContext();
}

interface Device {
  destroy(): void;
}

/** gpu.js has one device for all of its kernels, which it makes with the first. */
const devices: Device[] = [];
const { GPUAdapter } = globalThis as unknown as {
  GPUAdapter?: { prototype: { requestDevice(options: object): Promise<Device> } };
};
if (GPUAdapter !== undefined) {
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (options) {
    const device = await requestDevice.call(this, options);
    devices.push(device);
    return device;
  };
}

/** What a scorer says of this GPU when it may choose. */
async function report(use: "auto" | "measured"): Promise<GpuReport & { gpuRows: number }> {
  const artifact = scoredArtifacts["low-rank"]();
  const scorer = await openGpuScorer(artifact, { use, blockRows });
  const { embeddings, tokens } = rowsOf(scorer.dimensions, 40);
  const { gpuRows } = await scorer.score(embeddings, tokens, 40, { preference: preferences[2] });
  await scorer.close();
  return { ...scorer.report, gpuRows };
}

const functions = { contract, compare, compareInWorker, compareShipped, compareReal, lose, report };
globalThis.page = functions;
// without a document it is the worker
if (typeof document === "undefined") compare("low-rank", "webgl2").then((found) => postMessage(found));
