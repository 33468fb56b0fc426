// From a log of calls, one model a prompt as most logs are, to a router and the proof of what it is worth.
//
//   node examples/learn-from-a-log.mjs
//
// The log is made up so that the example needs no download: "large" is right on everything, "small" on all but mathematics,
// at a twentieth of the cost. Put your own file in its place.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@onehead/core/training";
import { buildRowTable, openRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { evaluateArtifact, toTextReport } from "@onehead/eval";
import { trainRouter } from "@onehead/train";

const random = createRandom(7);
const pick = (values) => values[Math.floor(random.uniform() * values.length)];

function* logLines() {
  for (let i = 0; i < 1200; i++) {
    const hard = random.uniform() < 0.4;
    const topic = pick(["rivers", "painters", "planets", "whales", "castles", "trains"]);
    const prompt = hard
      ? `Call ${i}: solve the integral of x^${1 + (i % 9)} times ${pick(["sin", "cos", "exp"])}(x) and show each step.`
      : `Call ${i}: name three ${topic} and say in one sentence why they are known.`;
    for (const model of random.uniform() < 0.25 ? ["small", "large"] : [pick(["small", "large"])]) {
      const right = random.uniform() < (model === "large" ? 0.92 : hard ? 0.15 : 0.9);
      const cost = (model === "large" ? 0.004 : 0.0002) * (0.8 + 0.4 * random.uniform());
      yield JSON.stringify({ id: `call-${i}`, prompt, model, score: right ? 1 : 0, cost_usd: cost });
    }
  }
}

const folder = await mkdtemp(join(tmpdir(), "onehead-log-"));
try {
  const log = join(folder, "log.jsonl");
  await writeFile(log, [...logLines()].join("\n"));

  const table = await buildRowTable(openRows(log));
  const { artifact } = await trainRouter(table, { name: "log", settings: { members: 2, anchors: 48, components: 32 } });
  const { result, trainedOnRows, rows } = await evaluateArtifact({
    artifact,
    embedder: embedderOf(artifact),
    openRows: () => openRows(log),
    resamples: 200,
  });
  console.log(`trained on ${trainedOnRows} of ${rows} prompts, judged on the others\n`);
  process.stdout.write(toTextReport(result, { columns: 110 }));
} finally {
  await rm(folder, { recursive: true });
}
