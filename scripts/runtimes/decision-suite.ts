// What every runtime decides for the same cases, with everything that it takes to decide: files read, prompts embedded.
import {
  type Backend,
  type BatchRow,
  type Decision,
  type DecisionRequest,
  estimateTokens,
  hashBytes,
  jsBackend,
  OneheadError,
  type PoolOptions,
  parseArtifact,
  Router,
} from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { decisionPrompts } from "./decision-prompts.js";
import { wholeNumbers } from "./whole-numbers.js";

export type BackendName = "wasm" | "js";

/** One case: hashes of bits, and the decision, or what it was refused with. */
export interface DecisionCase {
  name: string;
  embedding: string;
  decision: Omit<Decision, "elapsedMs"> | { code: string; message: string };
}

export interface DecisionOutcome {
  backend: string;
  embedderId: string;
  cases: DecisionCase[];
  /** Of the choices for all prompts as one batch. */
  batch: string;
}

type Wish = Omit<DecisionRequest, "embedding" | "inputTokens">;

const preferences: readonly Wish[] = [
  {},
  ...[Number.MIN_VALUE, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, Number.POSITIVE_INFINITY].map((willingnessToPayUsd) => ({
    willingnessToPayUsd,
  })),
  ...[0, 0.1, 2.5, 10 / 3, 5, 7.75, 10].map((costQuality) => ({ costQuality })),
  { willingnessToPayUsd: 1e-3, reward: "exponential" },
  { costQuality: 6, reward: "linear" },
];

const requirements: readonly Wish[] = [
  {},
  {},
  { deny: ["gpt-*", "*sonnet*"] },
  { allow: ["llama-*", "gemma-*", "claude-haiku-5-5"] },
  { tools: true, jsonMode: true },
  { vision: true, maxOutputTokens: 4096 },
  { maxCostUsd: 2e-4 },
  { minQuality: 0.6 },
  { minQuality: 0.999, onIneligible: "best" },
  { minQuality: 1 },
  { region: "eu" },
];

const pools: readonly PoolOptions[] = [
  {},
  {},
  { models: ["gpt-6.1-sol", "llama-3.1-8b-instruct", "claude-sonnet-5-5"] },
  {
    models: ["mistral-7b-instruct-v0.1", "gpt-4-1106-preview", "claude-3-opus-20240229", "yi-6b-chat", "gemma-2-2b-it"],
  },
  { models: ["gpt-6-luna"] },
  {
    prices: {
      "gpt-6.1-sol": { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 },
      "gpt-oss-120b": { factor: 3.7 },
      "deepseek-flash": { inputUsdPerMillionTokens: 1e4, outputUsdPerMillionTokens: 1e-9 },
    },
  },
];

const tokenCounts = [0, 1, 200_000, 1e12, 0.5] as const;

function bitsOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array | Int32Array): string {
  return hashBytes(new Uint8Array(buffer, byteOffset, byteLength)).toString(16);
}

function backendOf(name: BackendName): Backend {
  const backend = name === "js" ? jsBackend : wasmBackend();
  if (backend === null) throw new Error("this runtime runs no kernels in WebAssembly");
  return backend;
}

/** All cases, decided with the artifact of these bytes. */
export async function decideAll(bytes: Uint8Array, backendName: BackendName): Promise<DecisionOutcome> {
  const backend = backendOf(backendName);
  const artifact = parseArtifact(bytes, { backend });
  const embedder = embedderOf(artifact, { tables: [staticEnglish(backend)], backend });
  const routers = pools.map((pool) => new Router(artifact, { ...pool, backend }));
  for (const router of routers) router.assertEmbedder(embedder);

  const draw = wholeNumbers(29);
  const prompts = decisionPrompts().map(({ name, prompt }) => ({
    name,
    inputTokens: estimateTokens(prompt),
    embedding: embedder.embedSync([prompt]),
  }));
  const cases: DecisionCase[] = [];
  const decide = (name: string, router: Router, request: DecisionRequest): void => {
    cases.push({ name, embedding: bitsOf(request.embedding), decision: attempt(() => router.decide(request)) });
  };
  prompts.forEach(({ name, embedding, inputTokens }, i) => {
    const tokens = i % 9 === 0 ? tokenCounts[draw(tokenCounts.length)] : inputTokens;
    const wish = { ...preferences[i % preferences.length], ...requirements[draw(requirements.length)] };
    decide(name, routers[draw(routers.length)], { embedding, inputTokens: tokens, ...wish });
  });
  const [{ embedding }] = prompts;
  for (const [i, router] of routers.entries()) {
    for (const [j, wish] of [...preferences, ...requirements].entries()) {
      decide(`pool ${i}, wish ${j}`, router, { embedding, inputTokens: 100, ...wish });
    }
  }
  // embeddings that no prompt has
  const filled = (value: number): DecisionRequest => ({
    embedding: embedding.slice().fill(value, 3, 9),
    inputTokens: 100,
  });
  for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY, 3, -1e-40]) {
    decide(`filled with ${value}`, routers[0], filled(value));
  }
  for (const value of [1e6, 1e30]) decide(`overflow of ${value}`, routers[0], filled(value));
  return { backend: backend.name, embedderId: embedder.id, cases, batch: await batchBits(routers[0], prompts) };
}

function attempt(decide: () => Decision): DecisionCase["decision"] {
  try {
    const { elapsedMs, ...decision } = decide();
    if (!(elapsedMs >= 0)) throw new RangeError(`elapsedMs: ${elapsedMs}`);
    return decision;
  } catch (error) {
    if (!OneheadError.isInstance(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

async function batchBits(router: Router, rows: readonly BatchRow[]): Promise<string> {
  const bits: string[] = [];
  for await (const block of router.scoreBatch(rows, { willingnessToPayUsd: 1e-3 })) {
    const { index, predictedQuality, predictedCostUsd, reward } = block;
    bits.push(...[index, predictedQuality, predictedCostUsd, reward].map(bitsOf));
  }
  return bits.join(" ");
}
