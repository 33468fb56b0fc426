import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import worker from "./edge-worker.mjs";

const run = (file: string): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, file)], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
};

test("the README lists every example", () => {
  const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
  const files = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.name.endsWith(".mjs") || existsSync(join(import.meta.dirname, entry.name, "build.mjs")))
    .map(({ name }) => name);
  expect(files.filter((name) => !readme.includes(name))).toEqual([]);
});

test("route-with-requirements shows three choices and says why nobody is left", () => {
  const output = run("route-with-requirements.mjs");
  expect(output.match(/a right answer is worth/g)).toHaveLength(3);
  expect(output).toContain("deepseek-v2.5-0908 (denied)");
  expect(output).toContain("no-eligible-model");
});

test("learn-from-a-log learns to send mathematics to the large model", () => {
  const output = run("learn-from-a-log.mjs");
  expect(output).toMatch(/trained on \d+ of 1200 prompts/);
  expect(output).toContain("zero router");
});

describe("edge-worker", () => {
  const path = new URL("../apps/cli/artifacts/default.edge.onehead", import.meta.url);
  const env = { readArtifact: async () => new Uint8Array(readFileSync(path)) };
  const post = (body: string) => worker.fetch(new Request("http://localhost/", { method: "POST", body }), env);

  test("answers with a model", async () => {
    const response = await post(JSON.stringify({ prompt: "What is the capital of Australia?" }));
    expect(response.status).toBe(200);
    expect((await response.json()).model).toBeTypeOf("string");
  });

  test.each([
    ["{", "prompt"],
    [JSON.stringify({ prompt: 7 }), "prompt"],
    [JSON.stringify({ prompt: "a", willingnessToPayUsd: -1 }), "willingnessToPayUsd"],
  ])("refuses %s and names the field", async (body, field) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toContain(field);
  });
});
