// One trained router stored in several precisions, and what each of the copies is worth on held-out prompts.
import { parseArtifact, parseSafetensors, Router, serializeArtifact, writeSafetensors } from "@onehead/core";
import { selectRows } from "@onehead/data";
import { embedderOf, roundEmbedderToInt8, TrainedEmbedder } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import {
  aiq,
  costQualityCurve,
  costRangeOf,
  createReplay,
  dearestMeanCostUsd,
  lambdaGrid,
  singleModelPoints,
} from "@onehead/eval";
import { jobRows } from "./job-rows.mjs";
import { askedRows, recordedRows } from "./set-rows.mjs";

/** What `serializeArtifact` can write. */
export const precisions = ["float32", "float16", "int8"];

/** Other ways to int8, of which no file is written: which matrices, and what shares a scale. */
export const rejected = [
  { id: "columns", title: "the same matrices, a scale a column", isRounded: meetsEmbedding, byColumn: true },
  {
    id: "all",
    title: "every matrix, a scale a row",
    isRounded: ([, { shape }]) => shape.length === 2,
    byColumn: false,
  },
];

/**
 * Figures of every copy of a trained router, on the held-out rows of its job.
 *
 * @param complete the set's table, with all labels
 * @param job      {protocol, set, seed, settings}
 * @param artifact as it was trained
 * @returns {models, heldOutRows, copies: by precision and id of a rejected way {aiq, change: relative to float32, moved: mean
 *   absolute difference of predicted quality, rerouted: share of choices over all λ that are others, and of files weights,
 *   weightBytes, fileBytes}}
 */
export async function precisionFigures(complete, job, artifact) {
  const { table, split, heldOut } = jobRows(complete, job);
  const lambdasUsd = lambdaGrid(dearestMeanCostUsd(selectRows(table, split.train).costs, table.models.length));
  const worth = async (copy, embedder) => {
    const asked = await askedRows(heldOut, embedder);
    const predicted = new Router(copy, { models: table.models }).predictBatch(asked.embeddings, asked.inputTokens);
    const router = { id: "copy", name: "copy", role: "subject", reward: "linear", estimatesQuality: true };
    const recorder = createReplay(table.models, [router], lambdasUsd);
    recorder.add(recordedRows(heldOut), [predicted]);
    const replay = recorder.finish();
    const curve = costQualityCurve(replay, replay.routers[0].choices);
    const chosen = Array.from(lambdasUsd, (lambdaUsd) => choicesAt(predicted, lambdaUsd, table.models.length));
    return { aiq: aiq(curve, costRangeOf(singleModelPoints(replay))), quality: predicted.quality, chosen };
  };

  const copies = {};
  let whole;
  const keep = async (id, copy, embedder, stored) => {
    const { quality, chosen, aiq: value } = await worth(copy, embedder);
    whole ??= { quality, chosen, aiq: value };
    copies[id] = {
      aiq: value,
      change: value / whole.aiq - 1,
      moved: meanDifference(quality, whole.quality),
      rerouted: shareOfOthers(chosen, whole.chosen),
      ...stored,
    };
  };
  for (const precision of precisions) {
    const file = serializeArtifact(precision === "int8" ? roundEmbedderToInt8(artifact) : artifact, { precision });
    const copy = parseArtifact(file);
    await keep(precision, copy, embedderOf(copy, { tables: [staticEnglish()] }), storedSizes(file));
  }
  for (const { id, isRounded, byColumn } of rejected) {
    const copy = { manifest: artifact.manifest, tensors: roundedTensors(artifact, isRounded, byColumn) };
    await keep(id, copy, embedderWithoutId(copy), {});
  }
  return { models: table.models.length, heldOutRows: heldOut.ids.length, copies };
}

/** Numbers that are weights, their bytes with the scales', and the whole file's. */
function storedSizes(file) {
  const header = JSON.parse(parseSafetensors(file).header);
  let weightBytes = 0;
  let weights = 0;
  for (const [name, { dtype, shape }] of Object.entries(header)) {
    const bytes = { I8: 1, F16: 2, F32: 4 }[dtype];
    if (bytes === undefined) continue;
    const count = shape.reduce((product, side) => product * side, 1);
    weightBytes += bytes * count;
    const isScale = name.endsWith(".scale") && header[name.slice(0, -".scale".length)]?.dtype === "I8";
    if (!isScale) weights += count;
  }
  return { weights, weightBytes, fileBytes: file.length };
}

/** The matrices that int8 files hold: as wide as an embedding, and the embedder's projection. */
function meetsEmbedding([name, { shape }], { manifest }) {
  return shape.length === 2 && (shape[1] === manifest.embedder.dimensions || name === "embedder.projection");
}

/** Tensors with some matrices rounded to int8 and the other floats to float16. */
function roundedTensors(artifact, isRounded, byColumn) {
  return new Map(
    [...artifact.tensors].map(([name, tensor]) => {
      if (tensor.data instanceof Uint32Array) return [name, tensor];
      if (!isRounded([name, tensor], artifact)) return [name, throughFile(tensor, "F16")];
      if (!byColumn) return [name, throughFile(tensor, "I8")];
      return [name, transposed(throughFile(transposed(tensor), "I8"))];
    }),
  );
}

function throughFile(tensor, type) {
  return parseSafetensors(writeSafetensors({}, new Map([["x", tensor]]), () => type)).tensors.get("x");
}

function transposed({ shape: [R, C], data }) {
  const out = new Float32Array(data.length);
  for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) out[c * R + r] = data[r * C + c];
  return { shape: [C, R], data: out };
}

/** The embedder of tables whatever the id in their manifest: a rejected way has none. */
function embedderWithoutId({ manifest, tensors }) {
  const { config } = manifest.embedder;
  const data = (name) => tensors.get(`embedder.${name}`).data;
  const tables = {
    ...config,
    hashes: data("hashes"),
    inverseDocumentFrequency: data("inverseDocumentFrequency"),
    projection: tensors.get("embedder.projection"),
    plain: { mean: data("plainMean"), deviation: data("plainDeviation") },
    static: config.static === null ? null : { ...config.static, mean: data("staticMean") },
  };
  return new TrainedEmbedder(tables, [staticEnglish()]);
}

/** (R) the model that is worth most at λ. */
function choicesAt({ quality, costUsd }, lambdaUsd, N) {
  return Int32Array.from({ length: quality.length / N }, (_, r) => {
    let best = 0;
    const reward = (m) => (lambdaUsd === 0 ? -costUsd[r * N + m] : quality[r * N + m] - costUsd[r * N + m] / lambdaUsd);
    for (let m = 1; m < N; m++) if (reward(m) > reward(best)) best = m;
    return best;
  });
}

function shareOfOthers(chosen, before) {
  let others = 0;
  let all = 0;
  chosen.forEach((choices, l) => {
    choices.forEach((model, r) => {
      if (model !== before[l][r]) others++;
      all++;
    });
  });
  return others / all;
}

function meanDifference(values, before) {
  return values.reduce((sum, value, i) => sum + Math.abs(value - before[i]), 0) / values.length;
}
