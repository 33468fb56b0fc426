import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";

const dist = join(import.meta.dirname, "../dist");

// the globals that every runtime has
const webGlobals = {
  URL,
  Headers,
  AbortController,
  AbortSignal,
  setTimeout,
  clearTimeout,
  TextEncoder,
  TextDecoder,
  atob,
};

test("runs in one file without Node's globals, modules or code generation", async () => {
  const { outputFiles } = await build({
    entryPoints: [join(dist, "hosted.js")],
    bundle: true,
    format: "iife",
    globalName: "hosted",
    platform: "neutral",
    write: false,
    logLevel: "silent",
  });
  const context = vm.createContext(
    {
      ...webGlobals,
      fetch: async (_url: unknown, { body }: { body: string }) =>
        Response.json({
          data: JSON.parse(body).input.map((_: string, index: number) => ({ index, embedding: [1, 2] })),
        }),
    },
    { codeGeneration: { strings: false, wasm: false } },
  );
  vm.runInContext(outputFiles[0].text, context);
  const vectors: unknown = await vm.runInContext(
    `hosted.hostedEmbedder({ provider: "openai", model: "m", dimensions: 2, apiKey: "key" }).embed(["a", "b"])`,
    context,
  );
  expect(Array.from(vectors as Float32Array)).toEqual([1, 2, 1, 2]);
  // the bundle of the small entry point does not hold it
  expect(readFileSync(join(dist, "index.js"), "utf8")).not.toContain("api.openai.com");
});
