import { choiceSource } from "./choice-source.js";
import { anchorsSource, productsSource } from "./embedding-sources.js";
import type { FoldedPool } from "./fold-pool.js";
import type { GpuKernel, OpenGpu } from "./gpu-library.js";
import { jointArguments, jointSource } from "./joint-sources.js";
import { type Lanes, lane, packList, packNumbers, packRows } from "./kernel-text.js";
import { modelLogitsSource, modelWeightsSource, sharedHeadsSource } from "./model-attention-sources.js";
import { componentsSource, probedSource } from "./probed-sources.js";

/** One launch: what it takes by name, and the name of what it makes. */
interface Step {
  makes: string;
  takes: readonly string[];
  kernel: GpuKernel;
}

/** What of a block changes from call to call; everything else is on the GPU. */
export interface BlockInputs {
  /** (B, inner) e, filled up with zeros. */
  embeddings: Float32Array;
  /** (B, 2) 1 / |e| and tokens. */
  rows: Float32Array;
  /** See `choiceSource`. */
  terms: Float32Array;
  worth: number;
  price: number;
  exponential: number;
}

/** (B) texels of four: see `choiceSource`. */
export type BlockOutputs = ArrayLike<ArrayLike<number>>;

// integers are divided as such; with the workaround for drivers that cannot, every division would be checked
const settings = { precision: "single", tactic: "precision", fixIntegerDivisionAccuracy: false };

/** gpu.js's WebGPU hands on no texels of four, and its WebAssembly reads none. */
const lanesOfMode = (mode: string): Lanes => (mode === "webgl2" || mode === "cpu" ? 4 : 1);

/** The weights of a pool on the GPU, where they stay; programs of any block size read them. */
export class PoolWeights {
  readonly folded: FoldedPool;
  readonly open: OpenGpu;
  readonly #textures: Readonly<Record<string, unknown>>;
  readonly #kernels: readonly GpuKernel[];

  private constructor(open: OpenGpu, folded: FoldedPool, textures: Record<string, unknown>, kernels: GpuKernel[]) {
    this.open = open;
    this.folded = folded;
    this.#textures = textures;
    this.#kernels = kernels;
  }

  static async upload(open: OpenGpu, folded: FoldedPool): Promise<PoolWeights> {
    const L = lanesOfMode(open.device.mode);
    const textures: Record<string, unknown> = {};
    const kernels: GpuKernel[] = [];
    const upload = async (lists: Record<string, Float32Array>, lanes: Lanes, source: string): Promise<void> => {
      for (const [name, list] of Object.entries(lists)) {
        if (list.length === 0) continue;
        // a texture is its kernel's: each list has a kernel of its own
        const kernel = open.gpu.createKernel(source, { ...settings, output: [list.length / lanes], pipeline: true });
        kernels.push(kernel);
        textures[name] = await kernel(list);
      }
    };
    await upload({ ...folded.lists, ...folded.probed?.texels }, L, packList(L));
    await upload({ ...folded.probed?.numbers }, 1, packNumbers);
    return new PoolWeights(open, folded, textures, kernels);
  }

  /** The names of what is there, with what is there. */
  get textures(): Readonly<Record<string, unknown>> {
    return this.#textures;
  }

  destroy(): void {
    for (const kernel of this.#kernels) kernel.destroy();
  }
}

/** The kernels that score blocks of B rows, one after the other; between them nothing leaves the GPU. */
export class BlockProgram {
  readonly rows: number;
  readonly #weights: PoolWeights;
  readonly #steps: readonly Step[];
  /** Made when the way to the GPU is measured. */
  #touch: GpuKernel | null = null;

  /** Nothing is compiled yet: gpu.js does that with the first call. */
  constructor(weights: PoolWeights, rows: number) {
    this.rows = rows;
    this.#weights = weights;
    this.#steps = stepsOf(weights, rows);
  }

  /** Launches of one block. */
  get launches(): number {
    return this.#steps.length;
  }

  /** In one go up to what comes back, so that the next block can be launched meanwhile; WebGPU only does one after the other. */
  run(inputs: BlockInputs): Promise<BlockOutputs> {
    const values: Record<string, unknown> = { ...this.#weights.textures, ...inputs };
    if (this.#weights.open.device.mode === "webgpu") return this.#runAwaited(values);
    try {
      for (const { makes, takes, kernel } of this.#steps) values[makes] = kernel(...takes.map((name) => values[name]));
    } catch (error) {
      return Promise.reject(error);
    }
    return values["choices"] as Promise<BlockOutputs>;
  }

  /** Brings the rows to the GPU, reads one number back and does nothing else. */
  async transfer(inputs: BlockInputs): Promise<void> {
    const { gpu, device } = this.#weights.open;
    if (this.#touch === null) {
      const value = lane(lanesOfMode(device.mode), "x[this.thread.x][0]", 0);
      this.#touch = gpu.createKernel(`function (x) { return ${value}; }`, {
        ...settings,
        output: [1],
        asyncMode: true,
      });
    }
    await this.#touch(await this.#steps[0].kernel(inputs.embeddings));
  }

  async #runAwaited(values: Record<string, unknown>): Promise<BlockOutputs> {
    for (const { makes, takes, kernel } of this.#steps) {
      values[makes] = await kernel(...takes.map((name) => values[name]));
    }
    return values["choices"] as BlockOutputs;
  }

  destroy(): void {
    this.#touch?.destroy();
    for (const { kernel } of this.#steps) kernel.destroy();
  }
}

function stepsOf({ folded, open }: PoolWeights, B: number): Step[] {
  const { mode } = open.device;
  const L = lanesOfMode(mode);
  const { joint, points, probed, inner, products, networks, activated, candidates } = folded;
  const steps: Step[] = [];
  const add = (makes: string, takes: readonly string[], source: string, output: readonly number[]): void => {
    const last = makes === "choices";
    const kernel = open.gpu.createKernel(source, { ...settings, output, pipeline: !last, asyncMode: last });
    steps.push({ makes, takes, kernel });
  };
  add("x", ["embeddings"], packRows(L, inner), [inner / L, B]);
  const productSource = productsSource(L, inner, networks, activated);
  add("products", ["x", "productWeights", "productBias", "rows"], productSource, [products / L, B]);
  if (points !== null && joint.kernel !== null) {
    const source = anchorsSource(L, points.start, points.width, points.sharpness);
    add("weights", ["products", "anchors"], source, [joint.kernel.anchors / L, B]);
  }
  if (typeof joint.hidden === "object") {
    const { members: S, models: M, hidden: H } = joint.hidden;
    add("modelLogits", ["products", "keys", "keyOffsets"], modelLogitsSource(L, joint.hidden), [(S * M) / L, B]);
    add("modelWeights", ["modelLogits"], modelWeightsSource(L, joint.hidden), [(S * M) / L, B]);
    const takes = ["products", "modelWeights", "queries", "modelValues", "sharedOffsets"];
    add("shared", takes, sharedHeadsSource(L, joint.hidden), [(2 * S * H) / L, B]);
  }
  add("joint", jointArguments(joint), jointSource(L, joint), [(2 * joint.slots) / L, B]);
  if (probed !== null) {
    const { sizes, caution, noise, positions } = probed;
    const takes = ["joint", "products", "ofModels", ...(joint.clusters === null ? [] : ["ofClusters"]), "constants"];
    add("components", takes, componentsSource(L, sizes), [sizes.components, B]);
    const source = probedSource(L, sizes, caution, noise);
    add("probed", ["components", "joint", "linear", "spreads", "costs"], source, [2 * positions.length, B]);
  }
  const positions = probed?.positions ?? [];
  const takes = ["joint", ...(probed === null ? [] : ["probed"]), "terms", "rows", "worth", "price", "exponential"];
  add("choices", takes, choiceSource(L, candidates, joint.slots, positions), [B]);
  return steps;
}
