import { fitFixedKnn, fitLinearSvr, fitMlpRegressors } from "@onehead/baselines";
import { estimateTokens, parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { selectRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import {
  aiq,
  aiqRepository,
  costQualityCurve,
  costRangeOf,
  lambdaGrid,
  replayChunks,
  singleModelPoints,
} from "@onehead/eval";
import { trainRouter } from "@onehead/train";
import { constantPrices, willingnessToPay } from "./willingness-to-pay.mjs";

/** RouterBench's routers with the settings of its configs/evaluate_routers.yaml. */
const published = [
  { id: "KNN 5", fit: (train) => fitFixedKnn(train, 5) },
  { id: "KNN 10", fit: (train) => fitFixedKnn(train, 10) },
  { id: "KNN 40", fit: (train) => fitFixedKnn(train, 40) },
  { id: "SVM", fit: (train, options) => fitLinearSvr(train, options) },
  { id: "MLP 100", fit: (train, options) => fitMlpRegressors(train, options, 1) },
  { id: "MLP 100, 100", fit: (train, options) => fitMlpRegressors(train, options, 2) },
];

/**
 * Trains all routers on a family's training rows and replays them on its test rows.
 *
 * The published routers learn from all training rows; Onehead keeps a share of them to stop and to calibrate by.
 *
 * @param {import("@onehead/data").RowTable} table
 * @param {{ train: number[], test: number[] }} split
 * @param {{ settings?: object, seed?: number, staticTable?: import("@onehead/embed").StaticTable, onProgress?: (step: string) => void }} options
 */
export async function runFamily(table, split, { settings, seed = 0, staticTable, onProgress = () => {} }) {
  const [training, test] = [
    selectRows(table, Int32Array.from(split.train)),
    selectRows(table, Int32Array.from(split.test)),
  ];
  onProgress("Onehead");
  const { artifact } = await trainRouter(training, { settings: { ...settings, seed, holdout: 0 }, staticTable });
  const served = parseArtifact(serializeArtifact(artifact));
  const embedder = embedderOf(served, staticTable === undefined ? {} : { tables: [staticTable] });
  const router = new Router(served);
  const { models } = table;
  const N = models.length;
  const train = { embeddings: embedder.embedSync(training.prompts), dimensions: embedder.dimensions, table: training };
  const embeddings = embedder.embedSync(test.prompts);
  const inputTokens = Float64Array.from(test.prompts, (prompt, r) =>
    test.inputTokens[r] >= 0 ? test.inputTokens[r] : estimateTokens(prompt),
  );

  const { prices, callsPerUnit } = constantPrices(models, columnMeans(training.costs, N));
  const constant = new Float64Array(test.ids.length * N).map((_, i) => prices[i % N]);
  const own = router.predictBatch(embeddings, inputTokens);
  const predictions = [["Onehead", { quality: own.quality, costUsd: own.costUsd.map((cost) => cost / callsPerUnit) }]];
  for (const { id, fit } of published) {
    onProgress(id);
    const predictor = await fit(train, { seed });
    predictions.push([id, { quality: predictor.predict(embeddings), costUsd: constant }]);
  }
  const routers = predictions.map(([id, own]) => ({ id, name: id, predict: () => own }));
  const rows = [{ scores: test.scores, costsUsd: test.costs }];
  // the same routers on the published grid, and on one fine enough that the grid costs nobody anything
  const coarse = await replayChunks(models, routers, Float64Array.from(willingnessToPay), rows);
  const fine = await replayChunks(models, routers, lambdaGrid(Math.max(...prices)), rows);
  return figures(coarse, fine, training.ids.length);
}

function figures(coarse, fine, trainRows) {
  if (coarse.completeRows === 0) return { trainRows, testRows: 0, routers: [] };
  const singles = singleModelPoints(coarse);
  const range = costRangeOf(singles);
  const curves = [singles, ...coarse.routers.map(({ choices }) => costQualityCurve(coarse, choices))];
  const fineCurves = [singles, ...fine.routers.map(({ choices }) => costQualityCurve(fine, choices))];
  const repository = aiqRepository(curves);
  const routers = ["zero router", ...coarse.routers.map(({ id }) => id)].map((id, k) => ({
    id,
    aiq: aiq(curves[k], range),
    aiqFine: aiq(fineCurves[k], range),
    aiqRepository: repository[k],
    bestQuality: Math.max(...curves[k].map(({ quality }) => quality)),
  }));
  return { trainRows, testRows: coarse.completeRows, ...range, routers };
}

function columnMeans(values, columns) {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    sums[i % columns] += value;
    counts[i % columns]++;
  });
  return sums.map((sum, c) => sum / counts[c]);
}
