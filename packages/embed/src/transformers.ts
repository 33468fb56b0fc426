import { OneheadError } from "@onehead/core";
import type { Embedder } from "./embedder.js";
import { assertCount, embedInBatches } from "./peers/embed-in-batches.js";
import { loadPeer } from "./peers/load-peer.js";

/** How the vectors of a text's tokens become one. */
export type Pooling = "mean" | "cls" | "first_token" | "eos" | "last_token";

/** What is used of `@huggingface/transformers`. */
export interface TransformersModule {
  env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(task: "feature-extraction", model: string, options: Record<string, unknown>): Promise<FeatureExtractor>;
}

/** A loaded feature-extraction pipeline. */
export type FeatureExtractor = (
  texts: string[],
  options: { pooling: Pooling; normalize: boolean },
) => Promise<{ dims: readonly number[]; data: ArrayLike<number> }>;

export interface TransformersOptions {
  /** A folder (`./models/minilm`, `/models/minilm`) with an ONNX model, or the name of a model on the hub. */
  model: string;
  /** "mean" unless given; the model's card says what it was trained for. Part of the embedder's id. */
  pooling?: Pooling | undefined;
  /** Scale vectors to length 1; true unless given. Part of the embedder's id. */
  normalize?: boolean | undefined;
  /** Precision of the weights, such as "fp32", "fp16" or "q8"; the library's own choice unless given. Part of the id. */
  dtype?: string | undefined;
  /** false: never download. A folder is never downloaded; for a name the library's own setting unless given. */
  allowRemoteModels?: boolean | undefined;
  /** Name in the embedder's id; that of the model, of a folder the last part of its path, unless given. */
  name?: string | undefined;
  /** Texts that are embedded together; 16. */
  batchTexts?: number | undefined;
  /** Estimated tokens of a text that are read, its first ones; 8192. The model's own limit holds too. */
  textTokens?: number | undefined;
  /** Further options of the library's `pipeline`, such as `device`. */
  pipelineOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Loads the library; `import("@huggingface/transformers")` unless given. */
  load?: (() => Promise<TransformersModule>) | undefined;
}

/**
 * Any feature-extraction model of transformers.js in this process. Needs the optional package `@huggingface/transformers`.
 *
 * No prompt is sent anywhere; a model named by its name on the hub is downloaded the first time, unless
 * `allowRemoteModels` is false.
 *
 * @throws OneheadError "missing-package" when the package is not installed, "io" when the model cannot be loaded,
 *   "invalid-argument", "response" for a model of another kind
 */
export async function transformersEmbedder(options: TransformersOptions): Promise<Embedder> {
  const { model, pooling = "mean", normalize = true, dtype, batchTexts = 16, textTokens = 8192 } = options;
  if (typeof model !== "string" || model === "") {
    throw new OneheadError("invalid-argument", "transformersEmbedder: model: missing, expected a folder or a name");
  }
  assertCount("transformersEmbedder", "batchTexts", batchTexts);
  assertCount("transformersEmbedder", "textTokens", textTokens);
  const { folder, name } = splitFolder(model);
  const library = await (options.load ?? loadLibrary)();
  const extract = await loadModel(library, folder, name, options);
  const run = async (texts: string[]): Promise<Float32Array> =>
    Float32Array.from((await extract(texts, { pooling, normalize })).data);

  const { dims } = await extract(["dimensions"], { pooling, normalize });
  const [rows, dimensions] = dims;
  if (dims.length !== 2 || rows !== 1 || !(dimensions >= 1)) {
    throw new OneheadError("response", `transformersEmbedder: an answer of (${dims.join(", ")}), expected (1, ·)`);
  }
  const variant = [
    pooling,
    ...(normalize ? [] : ["unnormalized"]),
    ...(dtype === undefined ? [] : [dtype]),
    ...(options.textTokens === undefined ? [] : [`first-${textTokens}-tokens`]),
  ];
  const id = `transformers:${[options.name ?? name, ...variant].join("/")}`;
  return {
    id,
    dimensions,
    origin: { provider: "transformers", model: options.name ?? name },
    embed: (texts, { signal } = {}) => embedInBatches({ id, dimensions, batchTexts, textTokens, run }, texts, signal),
  };
}

/** A path as its parent and its last part, as the library looks models up; a name on the hub has no parent. */
function splitFolder(model: string): { folder: string | null; name: string } {
  const path = model.replace(/\\/g, "/").replace(/(?<=.)\/+$/, "");
  if (!/^(\.{0,2}\/|[A-Za-z]:\/)/.test(path)) return { folder: null, name: path };
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, slash + 1), name: path.slice(slash + 1) };
}

/** The library's settings are global: they are put back once the model is loaded. */
async function loadModel(
  { env, pipeline }: TransformersModule,
  folder: string | null,
  name: string,
  { dtype, allowRemoteModels, pipelineOptions }: TransformersOptions,
): Promise<FeatureExtractor> {
  const before = { allowRemoteModels: env.allowRemoteModels, localModelPath: env.localModelPath };
  try {
    if (folder !== null) env.localModelPath = folder;
    if (folder !== null) env.allowRemoteModels = false;
    else if (allowRemoteModels !== undefined) env.allowRemoteModels = allowRemoteModels;
    return await pipeline("feature-extraction", name, {
      ...pipelineOptions,
      ...(dtype === undefined ? {} : { dtype }),
    });
  } catch (cause) {
    throw new OneheadError("io", `transformersEmbedder: cannot load the model ${name.slice(0, 80)}`, { cause });
  } finally {
    Object.assign(env, before);
  }
}

function loadLibrary(): Promise<TransformersModule> {
  return loadPeer("transformersEmbedder", "@huggingface/transformers", () => import("@huggingface/transformers"));
}
