import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type GatewayProcess, startGateway } from "./install/gateway-process.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

// answers as OpenAI, Anthropic and a price list do, whole or streamed
const answeringProviders = `process.env.OPENAI_API_KEY = process.env.ANTHROPIC_API_KEY = "a-key";
{
  const chat = { id: "1", object: "chat.completion", created: 1, usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } };
  const text = { type: "output_text", text: "Canberra.", annotations: [] };
  const output = [{ type: "message", id: "2", role: "assistant", status: "completed", content: [text] }];
  const pieces = [
    { delta: { role: "assistant", content: "Canberra." }, finish_reason: null },
    { delta: {}, finish_reason: "stop" },
  ];
  const started = {
    id: "1", type: "message", role: "assistant", content: [], stop_reason: null, stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 1 },
  };
  const events = [
    { type: "message_start", message: started },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "Canberra." } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
    { type: "message_stop" },
  ];
  const sse = (events) =>
    new Response(events.map((event) => "event: " + event.type + "\\ndata: " + JSON.stringify(event) + "\\n\\n").join(""), {
      headers: { "content-type": "text/event-stream" },
    });
  globalThis.fetch = async (url, { body } = {}) => {
    if (String(url).endsWith("/api.json")) return Response.json({});
    const { model, stream } = JSON.parse(body);
    if (String(url).endsWith("/v1/messages")) {
      if (stream) return sse(events.map((event) => (event.message ? { ...event, message: { ...started, model } } : event)));
      return Response.json({ ...started, model, content: [{ type: "text", text: "Canberra." }], stop_reason: "end_turn" });
    }
    if (String(url).endsWith("/v1/responses")) {
      const usage = { input_tokens: 9, output_tokens: 2, total_tokens: 11 };
      return Response.json({ id: "1", object: "response", created_at: 1, status: "completed", model, output, usage });
    }
    const { usage, ...answer } = { ...chat, model };
    if (!stream) {
      const message = { role: "assistant", content: "Canberra." };
      return Response.json({ ...answer, usage, choices: [{ index: 0, message, finish_reason: "stop" }] });
    }
    const chunks = pieces.map((piece) => ({ ...answer, object: "chat.completion.chunk", choices: [{ index: 0, ...piece }] }));
    return sse([...chunks, { ...answer, object: "chat.completion.chunk", choices: [], usage }]);
  };
}`;

// what a block takes for granted, in the words of the block; `folder` is the package whose dependencies it may use
const documents: ReadonlyArray<{ file: string; folder: string; given?: string }> = [
  { file: "README.md", folder: "examples", given: answeringProviders },
  { file: "docs/guide/providers.md", folder: "examples", given: answeringProviders },
  {
    file: "docs/guide/browser.md",
    folder: "examples",
    given: `import { readFileSync } from "node:fs";
globalThis.fetch = async (path) => new Response(readFileSync("apps/cli/artifacts" + path));`,
  },
  { file: "packages/runtime/README.md", folder: "examples", given: answeringProviders },
  {
    file: "packages/serve/README.md",
    folder: "apps/cli",
    given: `const own = globalThis.fetch;
${answeringProviders}
const played = globalThis.fetch;
globalThis.fetch = (url, options) => (String(url).startsWith("http://127.0.0.1:") ? own(url, options) : played(url, options));`,
  },
  {
    file: "packages/core/README.md",
    folder: "examples",
    given: `import { readFileSync } from "node:fs";
const bytes = readFileSync("apps/cli/artifacts/default.onehead");
const embedding = new Float32Array(parseArtifact(bytes).manifest.embedder.dimensions).fill(0.1);`,
  },
  { file: "packages/batch/README.md", folder: "examples" },
  { file: "packages/onnx/README.md", folder: "packages/onnx" },
  { file: "docs/guide/onnx.md", folder: "packages/onnx" },
  { file: "packages/data/README.md", folder: "examples" },
  {
    file: "docs/guide/scale.md",
    folder: "examples",
    given: `import { copyFileSync, writeFileSync } from "node:fs";
copyFileSync("apps/cli/artifacts/default.onehead", "router.onehead");
const row = { embedding: new Array(parseArtifact(await readFile("router.onehead")).manifest.embedder.dimensions).fill(0.1), inputTokens: 9 };
writeFileSync("embeddings.jsonl", JSON.stringify(row));`,
  },
  { file: "packages/train/README.md", folder: "examples" },
  {
    file: "docs/guide/new-models.md",
    folder: "examples",
    given: `const askNewModel = async (prompt) => (prompt.length % 2 === 0 ? "It is 42." : "I do not know.");`,
  },
  {
    file: "packages/embed/README.md",
    folder: "examples",
    given: `import { readFileSync } from "node:fs";
import { staticEnglish } from "@onehead/embed/static-english";
const artifact = parseArtifact(readFileSync("apps/cli/artifacts/default.onehead"));
const tables = [staticEnglish()];
const trainingPrompts = Array.from({ length: 40 }, (_, i) => "question " + i + " about the number " + (i % 7));
globalThis.fetch = async (url, { body }) =>
  Response.json({ embeddings: JSON.parse(body).input.map((text) => new Array(768).fill(0).map((_, j) => Math.sin(j * text.length))) });`,
  },
  {
    file: "docs/guide/embedders.md",
    folder: "examples",
    given: `process.env.OPENAI_API_KEY = "a-key";
globalThis.fetch = async (url, { body }) =>
  Response.json({
    data: JSON.parse(body).input.map((text, index) => ({
      index,
      embedding: new Array(1536).fill(0).map((_, j) => Math.sin(j * text.length)),
    })),
  });`,
  },
  {
    file: "packages/provider/README.md",
    folder: "examples",
    given: `globalThis.fetch = async () =>
  Response.json({ openai: { models: { "gpt-5.4": { cost: { input: 2.5, output: 15, cache_read: 0.25 } }, "image": {} } } });`,
  },
  { file: "packages/openai/README.md", folder: "packages/openai", given: answeringProviders },
  {
    file: "packages/bedrock/README.md",
    folder: "packages/bedrock",
    given: `process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
process.env.AWS_BEARER_TOKEN_BEDROCK = "a-key";
const answer = { output: { message: { role: "assistant", content: [{ text: "Hi" }] } }, stopReason: "end_turn", usage: {} };
const events = [{ messageStart: {} }, { contentBlockDelta: { delta: { text: "" } } }, { messageStop: { stopReason: "end_turn" } }];
BedrockRuntime.prototype.send = async ({ constructor }) =>
  constructor.name === "ConverseStreamCommand" ? { stream: (async function* () { yield* events; })() } : answer;
globalThis.fetch = async () => Response.json(answer);`,
  },
  {
    file: "packages/cohere/README.md",
    folder: "packages/cohere",
    given: `process.env.CO_API_KEY = "a-key";
const events = [{ type: "message-start", id: "1" }, { type: "message-end", delta: { finish_reason: "COMPLETE" } }];
globalThis.fetch = async (url, { body }) => {
  if (String(url).endsWith("/v2/embed")) return Response.json({ id: "1", embeddings: { float: [[1, 2]] }, meta: {} });
  if (!JSON.parse(body).stream) {
    return Response.json({ id: "1", finish_reason: "COMPLETE", message: { role: "assistant", content: [{ type: "text", text: "Hi" }] } });
  }
  const frames = events.map((event) => "event: " + event.type + "\\ndata: " + JSON.stringify(event) + "\\n\\n").join("");
  return new Response(frames, { headers: { "content-type": "text/event-stream" } });
};`,
  },
  {
    file: "packages/google/README.md",
    folder: "packages/google",
    given: `process.env.GEMINI_API_KEY = "a-key";
const answer = {
  candidates: [{ content: { role: "model", parts: [{ text: "In Paris." }] }, finishReason: "STOP", index: 0 }],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
};
globalThis.fetch = async (url) => {
  if (String(url).endsWith(":batchEmbedContents")) return Response.json({ embeddings: [{ values: [0.1, 0.2] }] });
  if (!String(url).includes(":streamGenerateContent?alt=sse")) return Response.json(answer);
  return new Response("data: " + JSON.stringify(answer) + "\\n\\n", { headers: { "content-type": "text/event-stream" } });
};`,
  },
  {
    file: "packages/mistral/README.md",
    folder: "packages/mistral",
    given: `process.env.MISTRAL_API_KEY = "a-key";
globalThis.fetch = async () =>
  Response.json({
    id: "1", object: "chat.completion", created: 1, model: "mistral-medium-3-5",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Four." } }],
    data: [{ object: "embedding", index: 0, embedding: [0.5, 0.25] }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, prompt_tokens_details: { cached_tokens: 0 } },
  });`,
  },
  {
    file: "packages/ollama/README.md",
    folder: "packages/ollama",
    given: `globalThis.fetch = async (url) =>
  Response.json(
    url.toString().endsWith("/api/embed")
      ? { embeddings: [[0.5, 0.25]], prompt_eval_count: 3 }
      : {
          model: "qwen3:8b", done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 2,
          message: { role: "assistant", content: "Four.", thinking: "2 + 2 is 4." },
        },
  );`,
  },
  {
    file: "packages/anthropic/README.md",
    folder: "packages/anthropic",
    given: `process.env.ANTHROPIC_API_KEY = "a-key";
const message = {
  id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-5", content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn", stop_sequence: null, usage: { input_tokens: 3, output_tokens: 5 },
};
const events = [
  { type: "message_start", message: { ...message, content: [], stop_reason: null } },
  { type: "content_block_start", index: 0, content_block: message.content[0] },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 5 } },
  { type: "message_stop" },
];
globalThis.fetch = async (url, { body }) =>
  JSON.parse(body).stream
    ? new Response(events.map((event) => "event: " + event.type + "\\ndata: " + JSON.stringify(event) + "\\n\\n").join(""))
    : Response.json(message);`,
  },
  {
    file: "packages/ai-sdk/README.md",
    folder: "packages/ai-sdk",
    given: `import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
const usage = { inputTokens: { total: 9 }, outputTokens: { total: 2 } };
const finishReason = { unified: "stop", raw: "stop" };
const parts = [
  { type: "text-start", id: "1" }, { type: "text-delta", id: "1", delta: "Vienna." }, { type: "text-end", id: "1" },
  { type: "finish", finishReason, usage },
];
const cheap = new MockLanguageModelV3({
  doGenerate: async () => ({ content: [{ type: "text", text: "Canberra." }], finishReason, usage, warnings: [] }),
  doStream: async () => ({ stream: simulateReadableStream({ chunks: parts }) }),
});
const strong = cheap;
const router = { route: ({ models }) => ({ id: "1", model: models[0], ranking: [] }) };`,
  },
  {
    file: "packages/langchain/README.md",
    folder: "packages/langchain",
    given: `import { AIMessageChunk } from "@langchain/core/messages";
import { FakeStreamingChatModel } from "@langchain/core/utils/testing";
const extract = { name: "extract", args: '{"capital":"Paris"}', id: "1", index: 0 };
class Fake extends FakeStreamingChatModel {
  bindTools(tools) {
    return this.withConfig({ calls: tools.length > 0 });
  }
  async _generate(_, { calls = false }) {
    const message = new AIMessageChunk({ content: "Canberra.", tool_call_chunks: calls ? [extract] : [] });
    return { generations: [{ text: message.text, message }] };
  }
}
const cheap = new Fake({ chunks: [new AIMessageChunk("Vienna.")] });
const strong = cheap;
const router = { route: ({ models }) => ({ id: "1", model: models[0], ranking: [] }) };`,
  },
  {
    file: "packages/baselines/README.md",
    folder: "examples",
    given: `import { buildRowTable, openRows } from "@onehead/data";
const table = await buildRowTable(openRows("rows.jsonl"));
const embeddings = Float32Array.from({ length: table.ids.length * 2 }, (_, i) => Math.sin(i));
const train = { embeddings, dimensions: 2, table };
const validation = train;
const queryEmbeddings = embeddings.subarray(0, 4);
const embedder = { id: "test/2", dimensions: 2, toTensors: () => ({ config: { kind: "test" }, tensors: {} }) };
const inputTokens = new Float64Array(2).fill(10);`,
  },
  {
    file: "docs/guide/gpu.md",
    // where gpu.js is found
    folder: "packages/core",
    given: `import { readFileSync } from "node:fs";
const bytes = readFileSync("apps/cli/artifacts/default.onehead");
const rows = 100;
const embeddings = Float32Array.from({ length: rows * 214 }, (_, i) => Math.sin(i));
const inputTokens = new Float64Array(rows).fill(100);`,
  },
  {
    file: "docs/guide/feedback.md",
    folder: "examples",
    given: `const candidate = parseArtifact(readFileSync("apps/cli/artifacts/default.onehead"));
const candidateEmbedder = embedderOf(candidate, { tables: [staticEnglish()] });
const [one, two] = candidate.manifest.candidates.map(({ id }) => id);
const calls = Array.from({ length: 60 }, (_, i) => ({ id: i, prompt: "Prompt " + i, model: i % 2 ? one : two, score: i % 3 ? 1 : 0, cost_usd: 0.001, propensity: 0.5 }));
writeFileSync("log.jsonl", calls.map((call) => JSON.stringify(call)).join("\\n"));`,
  },
  {
    file: "packages/eval/README.md",
    folder: "examples",
    given: `import { writeFile } from "node:fs/promises";
const trainingCosts = Float64Array.of(0.001, 0.01, 0.001, 0.01);
const mine = () => ({ quality: Float32Array.of(0.9, 0.8, 0.2, 0.7), costUsd: Float64Array.of(0.001, 0.01, 0.001, 0.01) });
const knn = mine;
const chunks = [{ scores: Float32Array.of(1, 1, 0, 1), costsUsd: trainingCosts, embeddings: new Float32Array(4) }];
const validationChunks = chunks;`,
  },
];

/** Fenced blocks of a language, in their order. */
function blocksOf(file: string, language: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter((match) => match[1] === language)
    .map((match) => match[2]);
}

function writeRows(folder: string): void {
  const lines = Array.from({ length: 60 }, (_, i) => {
    const prompt = `question ${i}: what is ${i} times ${i % 9}?`;
    const scores = { small: i % 3 === 0 ? 1 : 0, large: i % 5 === 0 ? 0 : 1 };
    return JSON.stringify({ id: `row-${i}`, prompt, scores, costs: { small: 0.0001, large: 0.002 } });
  });
  writeFileSync(join(folder, "rows.jsonl"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "prompts.jsonl"), '{"id": 1, "prompt": "what is 7 times 8?"}\n');
}

/** Where a page says that a gateway listens. */
const gatewayAddress = /http:\/\/127\.0\.0\.1:8787/g;

/**
 * Runs the blocks of one document as one module, since later blocks use the names of earlier ones.
 *
 * @param url of a gateway that runs, for pages that take one for granted
 */
function runModule(
  file: string,
  folder: string,
  given: string,
  url?: string,
): { status: number | null; stderr: string } {
  const working = mkdtempSync(join(tmpdir(), "onehead-readme-"));
  writeRows(working);
  // as in the repository, and as installed
  for (const artifacts of ["apps/cli/artifacts", "node_modules/onehead/artifacts"]) {
    mkdirSync(join(working, artifacts), { recursive: true });
    for (const name of ["default.onehead", "default.edge.onehead"]) {
      copyFileSync(join(root, "apps/cli/artifacts", name), join(working, artifacts, name));
    }
  }
  // inside the workspace, where the packages resolve; a package does not find itself from below node_modules
  const cache = join(root, folder, ".turbo", "readme");
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${file.replace(/\W/g, "-")}.mjs`);
  const written = blocksOf(file, "ts").join("\n");
  const source = url === undefined ? written : written.replace(gatewayAddress, url);
  // imports of later blocks too stand before what is given, which may use them
  const imports = source.match(/^import[\s\S]*?;\n/gm) ?? [];
  const body = source.replace(/^import[\s\S]*?;\n/gm, "");
  // without removing imports that look unused: what is given may use them
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const { code } = transformSync(`${imports.join("")}\n${given}\n${body}`, {
    loader: "ts",
    target: "es2023",
    tsconfigRaw,
  });
  writeFileSync(path, code);
  const result = spawnSync(process.execPath, [path], { cwd: working, encoding: "utf8" });
  return { status: result.status, stderr: result.stderr };
}

test.each(documents)("every code block of $file runs", ({ file, folder, given = "" }) => {
  expect(blocksOf(file, "ts").length).toBeGreaterThan(0);
  const { status, stderr } = runModule(file, folder, given);
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

// what is copied has to compile under "strict"; `given` declares what a page leaves to its reader
const strictPages: ReadonlyArray<{ file: string; folder: string; given?: string }> = [
  {
    file: "docs/guide/gpu.md",
    folder: "packages/core",
    given: "declare const bytes: Uint8Array, rows: number, embeddings: Float32Array, inputTokens: Float64Array;",
  },
  { file: "docs/guide/providers.md", folder: "examples" },
  { file: "docs/guide/gateway.md", folder: "examples" },
  { file: "docs/guide/migrating.md", folder: "examples" },
  { file: "packages/runtime/README.md", folder: "examples" },
  { file: "packages/provider/README.md", folder: "examples" },
  { file: "packages/serve/README.md", folder: "apps/cli" },
  ...["openai", "anthropic", "google", "mistral", "cohere", "bedrock", "ollama"].map((name) => ({
    file: `packages/${name}/README.md`,
    folder: `packages/${name}`,
  })),
  {
    file: "packages/ai-sdk/README.md",
    folder: "packages/ai-sdk",
    given: `import type { MockLanguageModelV3 } from "ai/test";
declare const router: import("@onehead/provider").Router;
declare const cheap: MockLanguageModelV3;
declare const strong: MockLanguageModelV3;`,
  },
  {
    file: "packages/langchain/README.md",
    folder: "packages/langchain",
    given: `import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
declare const router: import("@onehead/provider").Router;
declare const cheap: BaseChatModel;
declare const strong: BaseChatModel;`,
  },
];

test.each(strictPages)("$file compiles under strict, without a cast", ({ file, folder, given = "" }) => {
  const cache = join(root, folder, ".turbo", "readme");
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${file.replace(/\W/g, "-")}.mts`);
  writeFileSync(path, `${given}\n${blocksOf(file, "ts").join("\n")}`);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  };
  const program = ts.createProgram([path], options);
  const errors = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  expect(errors).toEqual([]);
});

/** A router, a log in a file and a gateway's database, as a page takes for granted that has them. */
function writeLogs(folder: string): void {
  const cli = join(root, "apps/cli/dist/main.js");
  const quick = ["--members", "1", "--epochs", "2", "--anchors", "4", "--no-evaluation"];
  const trained = spawnSync(
    process.execPath,
    [cli, "train", "--data", "rows.jsonl", "--out", "router.onehead", ...quick],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  expect(trained.stderr).not.toContain("onehead:");
  const calls = Array.from({ length: 240 }, (_, i) => {
    const model = i % 2 === 0 ? "small" : "large";
    return { id: `call-${i}`, prompt: `Prompt ${i}`, model, score: i % 3 ? 1 : 0, cost_usd: 0.001, propensity: 0.5 };
  });
  writeFileSync(join(folder, "log.jsonl"), calls.map((call) => JSON.stringify(call)).join("\n"));
  const program = `import { openSqliteState } from "@onehead/serve/node";
const state = await openSqliteState({ path: "onehead.db" });
for (const [i, { id, prompt, model, score, cost_usd: costUsd, propensity }] of ${JSON.stringify(calls)}.entries()) {
  const timeMs = Date.UTC(2026, 1, 1) + i * 60_000;
  const facts = { conversationId: null, familiarity: null, owner: null, predictedQuality: 0.5, predictedCostUsd: 0.001 };
  const times = { inputTokens: 5, overheadUs: 1, embedUs: 1, routeUs: 1, atMostUsd: null, bestModel: null, bestPredictedCostUsd: null };
  const asked = { requestId: id, timeMs, surface: "chat-completions", streamed: false, requestedModel: "auto", routed: true };
  const decision = { model, provider: "local", preference: {}, ranking: [], excluded: [], propensity };
  await state.open({ id, ...asked, ...decision, ...facts, ...times }, { question: prompt, request: {} });
  const usage = { inputTokens: 5, cachedInputTokens: null, outputTokens: 9, reasoningTokens: null };
  const tries = [{ model, outcome: "answered", elapsedMs: 1, costUsd }];
  const ended = { status: "answered", model, provider: "local", tries, costUsd, unresolvedTries: 0, unresolvedAtMostUsd: null };
  const rest = { estimated: false, cached: false, firstContentMs: 1, latencyMs: 1, errorCode: null, httpStatus: 200, responseId: null };
  await state.settle({ id, ...ended, usage, ...rest });
  await state.addFeedback({ id, timeMs, score, source: null, comment: null });
}
await state.close();`;
  const cache = join(root, "apps/cli/.turbo/readme");
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, "write-log.mjs"), program);
  const filled = spawnSync(process.execPath, [join(cache, "write-log.mjs")], { cwd: folder, encoding: "utf8" });
  expect(filled.stderr).toBe("");
}

test.each([
  ["README.md", 4, () => {}],
  ["docs/guide/new-models.md", 2, () => {}],
  ["docs/guide/feedback.md", 7, writeLogs],
  ["docs/guide/onnx.md", 3, () => {}],
] as const)("the shell commands of %s run on rows of the documented form", (file, least, given) => {
  const working = mkdtempSync(join(tmpdir(), "onehead-readme-"));
  writeRows(working);
  given(working);
  const commands = blocksOf(file, "sh")
    .join("\n")
    .split("\n")
    .map((line) => line.replace(/^npx onehead (?!serve)/, "node apps/cli/dist/main.js "))
    .filter((line) => line.startsWith("node "));
  expect(commands.length).toBeGreaterThanOrEqual(least);
  for (const command of commands) {
    const runnable = command
      .replace("node apps/cli/", `"${process.execPath}" "${root}/apps/cli/`)
      .replace(".js ", '.js" ');
    const result = spawnSync(runnable, { cwd: working, shell: true, encoding: "utf8" });
    expect(result.status, `${command}\n${result.stderr}`).toBe(0);
  }
});

describe("pages that need a gateway", () => {
  let folder: string;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "onehead-readme-"));
    const cli = join(root, "apps/cli/dist/main.js");
    const command = [process.execPath, cli, "serve", "--port", "0", "--json"];
    gateway = await startGateway(command, { cwd: folder, environment: {} });
    // what npx runs where onehead is installed
    writeFileSync(join(folder, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${cli}" "$@"\n`);
    chmodSync(join(folder, "npx"), 0o755);
    writeFileSync(join(folder, ".curlrc"), "fail-with-body\nsilent\nshow-error\n");
  }, 60_000);
  afterAll(async () => {
    await gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(["docs/guide/gateway.md", "docs/guide/migrating.md"])("every code block of %s runs", (file) => {
    expect(blocksOf(file, "ts").length).toBeGreaterThan(1);
    const { status, stderr } = runModule(file, "examples", "", gateway.url);
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test.each([
    ["docs/guide/gateway.md", 6],
    ["README.md", 1],
  ] as const)("the shell blocks of %s run, one after the other", (file, least) => {
    // npm's registry is asked in install.test.ts; a gateway that is started does not end, and one runs already
    const blocks = blocksOf(file, "sh").filter((text) => /^curl |^npx onehead (?!serve)/m.test(text));
    expect(blocks.length).toBeGreaterThanOrEqual(least);
    const script = blocks.join("\n").replace(gatewayAddress, gateway.url);
    const env = { ...process.env, HOME: folder, CURL_HOME: folder, PATH: `${folder}:${process.env["PATH"]}` };
    const result = spawnSync("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env, encoding: "utf8" });
    expect(result.status, `${result.stdout}${result.stderr}`).toBe(0);
  });

  test.each(["docs/guide/gateway.md", "docs/guide/migrating.md", "docs/guide/onnx.md"])(
    "the Python of %s is Python",
    (file) => {
      const blocks = blocksOf(file, "python");
      expect(blocks.length).toBeGreaterThan(0);
      // the vendors' Python clients are not installed here: their calls are those of the TypeScript beside them
      const check = "import ast, json, sys\nfor block in json.load(sys.stdin): ast.parse(block)";
      const result = spawnSync("python3", ["-c", check], { input: JSON.stringify(blocks), encoding: "utf8" });
      if (result.error !== undefined) return;
      expect(result.stderr).toBe("");
    },
  );
});

test("the README shows the claim, the two commands and a runnable example before line 40", () => {
  const lines = readFileSync(join(root, "README.md"), "utf8").split("\n").slice(0, 40).join("\n");
  expect(lines).toContain("npm start");
  expect(lines).toContain("npm test");
  expect(lines).toContain("router.decide(");
});
