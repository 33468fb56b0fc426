// Trains the default artifact from the four sets whose licences allow it, and writes it beside its edge build:
//
//   ONEHEAD_DATA=… node apps/cli/scripts/make-default-artifact.mjs [--out apps/cli/artifacts]
//
// The sets become one sparse union: the same model under several names is one candidate, the same prompt in several sets is
// one row, a question that comes back with other options is dropped, and llmrouter_nim's costs, which are a proxy, are not
// used. The same data gives the same bytes.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseArtifact, serializeArtifact } from "@onehead/core";
import { buildRowTable, normalizePrompt, openRows } from "@onehead/data";
import { embedderOf, roundEmbedderToInt8 } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { evaluateArtifact, heldOutSet } from "@onehead/eval";
import { addInheritedCandidates, trainRouter } from "@onehead/train";

const { values: flags } = parseArgs({
  options: { out: { type: "string", default: join(import.meta.dirname, "../artifacts") } },
});
const data = process.env.ONEHEAD_DATA;
if (!data) {
  console.error("ONEHEAD_DATA names no folder: see docs/data.md");
  process.exit(2);
}

// in the order of preference for questions that come back
const sources = [
  { name: "mmlu_pro", origin: "TIGER-AI-Lab/MMLU-Pro", licence: "Apache-2.0", costs: true },
  { name: "zeroeval", origin: "WildEval/ZeroEval", licence: "Apache-2.0", costs: true },
  { name: "llmrouter_nim", origin: "ulab-uiuc/LLMRouter", licence: "MIT", costs: false },
  { name: "routellm", origin: "lm-sys/RouteLLM", licence: "Apache-2.0", costs: true },
];
const catalog = JSON.parse(readFileSync(join(import.meta.dirname, "default-candidates.json"), "utf8"));
const idOf = new Map(catalog.measured.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name, id])));

// half the default width of networks: a request has 150 µs
const hiddenWidth = 32;
const builds = [
  {
    file: "default.onehead",
    precision: "float16",
    settings: { components: 96, features: 12288, hiddenWidth },
    staticTable: staticEnglish(),
  },
  // without the English table, which would double the size of an edge deployment
  {
    file: "default.edge.onehead",
    precision: "int8",
    settings: { components: 48, features: 6144, anchors: 256, hiddenWidth },
  },
];

const fileOf = (name) => join(data, name, `${name}.jsonl.gz`);

/** The question without its answer options, which differ between sets that ask the same thing. */
function questionKey(prompt) {
  const options = prompt.search(/\n\(?A[.)] /);
  return normalizePrompt(options > 0 ? prompt.slice(0, options) : prompt);
}

/** Renames the models of a cell object and drops those that are not in the catalog. */
function renamed(cells) {
  return Object.fromEntries(Object.entries(cells ?? {}).map(([model, value]) => [idOf.get(model), value]));
}

async function unionRows() {
  const rows = new Map();
  const counts = {};
  for (const { name, costs } of sources) {
    counts[name] = { rows: 0, merged: 0, dropped: 0 };
    for await (const row of openRows(fileOf(name))) {
      const key = questionKey(row.prompt);
      const held = rows.get(key);
      const own = {
        id: `${name}/${row.id}`,
        prompt: row.prompt,
        dataset: row.dataset,
        scores: renamed(row.scores),
        costs: costs ? renamed(row.costs) : {},
        ...(row.inputTokens === undefined ? {} : { inputTokens: row.inputTokens }),
        ...(costs && row.outputTokens ? { outputTokens: renamed(row.outputTokens) } : {}),
      };
      if (held === undefined) {
        rows.set(key, own);
        counts[name].rows++;
      } else if (normalizePrompt(held.prompt) === normalizePrompt(row.prompt)) {
        // the first set's labels win where both have one
        for (const field of ["scores", "costs", "outputTokens"]) {
          if (own[field]) held[field] = { ...own[field], ...held[field] };
        }
        counts[name].merged++;
      } else {
        counts[name].dropped++;
      }
    }
  }
  console.log("union", rows.size, "prompts", JSON.stringify(counts));
  return [...rows.values()];
}

const pricesOf = Object.fromEntries(catalog.measured.map(({ id, prices }) => [id, prices]));
const rows = await unionRows();
const table = await buildRowTable(rows);
mkdirSync(flags.out, { recursive: true });

for (const { file, precision, settings, staticTable } of builds) {
  const trained = await trainRouter(table, {
    name: file.replace(".onehead", ""),
    settings,
    staticTable,
    prices: pricesOf,
    anchorExcerpts: true,
    onProgress: (progress) => {
      if (progress.stage !== "member") return;
      const { member, epoch, validationLoss, remainingMs } = progress;
      console.log(
        file,
        `member ${member} epoch ${epoch}`,
        validationLoss.toFixed(4),
        `${Math.ceil(remainingMs / 1000)} s left`,
      );
    },
  });
  const { artifact, embedder } = precision === "int8" ? storedAsInt8(trained.artifact) : trained;
  artifact.manifest.training.sources = sources.map(({ origin, licence }) => ({ name: origin, licence }));
  for (const candidate of artifact.manifest.candidates) {
    const { aliases, provider, capabilities } = catalog.measured.find(({ id }) => id === candidate.id);
    Object.assign(candidate, { aliases: aliases.filter((alias) => alias !== candidate.id), provider, capabilities });
  }
  artifact.manifest.evaluation = await heldOutEvaluation(artifact, embedder);
  artifact.manifest.candidates = addInheritedCandidates(artifact.manifest.candidates, catalog.inherited);
  artifact.manifest.defaultPool = catalog.defaultPool;
  const bytes = serializeArtifact(artifact, { precision });
  const path = join(flags.out, file);
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
  console.log(path, `${(bytes.length / 1e6).toFixed(2)} MB`);
}

/** The router and its embedder as an int8 file gives them back, so that the figures in it are those of what is served. */
function storedAsInt8(trained) {
  const artifact = parseArtifact(serializeArtifact(roundEmbedderToInt8(trained), { precision: "int8" }));
  return { artifact, embedder: embedderOf(artifact) };
}

/** Held-out metrics and curves a set, each with its own pool: what `npm start` shows. */
async function heldOutEvaluation(artifact, embedder) {
  const sets = [];
  for (const { name, costs } of sources) {
    if (!costs) continue;
    const own = rows.filter(({ id }) => id.startsWith(`${name}/`));
    // rows of a merged prompt carry other sets' labels too: the pool is the models of this set
    const models = new Set();
    for await (const row of openRows(fileOf(name))) {
      for (const model of Object.keys(row.scores)) models.add(idOf.get(model));
    }
    const pick = (cells) => Object.fromEntries(Object.entries(cells).filter(([model]) => models.has(model)));
    const pool = own.map((row) => ({ ...row, scores: pick(row.scores), costs: pick(row.costs) }));
    const { result } = await evaluateArtifact({
      artifact,
      embedder,
      openRows: async function* () {
        yield* pool;
      },
      baselines: ["knn"],
      resamples: 200,
    });
    sets.push(heldOutSet(name, result));
  }
  return { schemaVersion: 1, sets };
}
