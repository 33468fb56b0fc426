// Do adapters and runtime end every call as stated, under faults at random? All subjects of the contract suite, both styles, and
// routed calls that fall back over three of them. A short seeded part runs with the tests; the whole of it by
//   ONEHEAD_STORM_CALLS=10000 npx vitest run bench/faults
// which writes bench/results/faults.json; ONEHEAD_STORM_SEED and ONEHEAD_STORM_SUBJECTS (a pattern of names) narrow a fault down.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseArtifact, Router } from "@onehead/core";
import { runStorm } from "@onehead/provider-contract";
import { createRuntime, routedChatModel } from "@onehead/runtime";
import { expect, test } from "vitest";
import { subjects as anthropic } from "../../packages/anthropic/src/contract-subjects.fixture.js";
import { subjects as bedrock } from "../../packages/bedrock/src/contract-subjects.fixture.js";
import { subjects as cohere } from "../../packages/cohere/src/contract-subjects.fixture.js";
import { subjects as google } from "../../packages/google/src/contract-subjects.fixture.js";
import { subjects as mistral } from "../../packages/mistral/src/contract-subjects.fixture.js";
import { subjects as ollama } from "../../packages/ollama/src/contract-subjects.fixture.js";
import { subjects as openai } from "../../packages/openai/src/contract-subjects.fixture.js";

const whole = process.env["ONEHEAD_STORM_CALLS"];
const calls = Number(whole ?? 600);
const seed = Number(process.env["ONEHEAD_STORM_SEED"] ?? 1);
const only = new RegExp(process.env["ONEHEAD_STORM_SUBJECTS"] ?? "");
const subjects = [...anthropic, ...bedrock, ...cohere, ...google, ...mistral, ...ollama, ...openai].filter(({ name }) =>
  only.test(name),
);

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMiB(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/**
 * Timers, sockets and the like that are open, as soon as they are down to `most`. Cohere's client leaves a timer of its
 * own behind until the call's limit is over, so that is waited for.
 */
async function quietResources(most: number): Promise<number> {
  const untilMs = Date.now() + 40_000;
  const count = (): number => process.getActiveResourcesInfo().length;
  while (count() > most && Date.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, 200));
  return count();
}

/** A runtime over three candidates that takes them in the order in which they are named. */
function runtimeOverThree() {
  const artifact = parseArtifact(readFileSync(new URL("../../apps/cli/artifacts/default.onehead", import.meta.url)));
  const router = new Router(artifact, {
    models: artifact.manifest.candidates
      .filter(({ costKind, profile }) => costKind === "tokens" && profile.kind === "measured")
      .slice(0, 3)
      .map(({ id }) => id),
  });
  const embedder = {
    id: router.embedderId,
    dimensions: router.dimensions,
    embed: async () => new Float32Array(router.dimensions).fill(0.05),
  };
  return createRuntime({
    router,
    embedder,
    sticky: "never",
    retry: { retries: 1, backOffMs: 1, longestWaitMs: 10 },
    // one call's faults say nothing of the next one's here
    breaker: { failures: Number.POSITIVE_INFINITY },
  });
}

test(`${calls} calls under faults at random end as stated and leave nothing behind`, {
  timeout: 3_600_000,
}, async () => {
  const runtime = runtimeOverThree();
  const ids = (await runtime.route({ request: { messages: [{ role: "user", content: "Hi" }] } })).ranking.map(
    ({ model }) => model,
  );
  const heaps: number[] = [];
  const started = performance.now();
  // once before, so that what is loaded at first use is no growth
  await runStorm({ subjects, calls: 100, seed: seed + 1, route });
  const resourcesBefore = process.getActiveResourcesInfo().length;
  const before = { heap: heapMiB(), resources: resourcesBefore };
  const report = await runStorm({
    subjects,
    calls,
    seed,
    route,
    onProgress: (done) => {
      if (whole === undefined) return;
      heaps.push(Math.round(heapMiB()));
      console.log(
        `${done} of ${calls}, ${Math.round((performance.now() - started) / 1000)} s, heap ${heaps.at(-1)} MiB`,
      );
    },
  });
  const resourcesAfter = await quietResources(before.resources);
  const after = { heap: heapMiB(), resources: resourcesAfter };

  expect(report.violations).toEqual([]);
  expect(report.openCalls).toEqual([]);
  expect(Object.values(report.endings).reduce((sum, count) => sum + count, 0)).toBe(calls);
  expect(after.resources).toBeLessThanOrEqual(before.resources);
  expect(after.heap - before.heap).toBeLessThan(16);
  if (whole !== undefined) write({ seed, ...report, subjects: subjects.map(({ name }) => name), heapMiB: heaps });

  function route(models: Parameters<typeof routedChatModel>[0]["models"]) {
    const named = Object.fromEntries(Object.values(models).map((model, i) => [ids[i], model]));
    return routedChatModel({ router: runtime, models: named });
  }
});

function write(result: object): void {
  const folder = new URL("../results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ node: process.version, ...result }, null, 2);
  writeFileSync(new URL("faults.json", folder), `${text}\n`);
}
