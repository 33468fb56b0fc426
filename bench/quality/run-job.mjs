// One job: the routers of a (protocol, set, seed) that are missing, on one embedder and one cost predictor.
import { fitAllBaselines } from "@onehead/baselines";
import { parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { fitRouterEmbedder, trainRouter } from "@onehead/train";
import { protocols } from "./protocols.mjs";
import { inputTokensOf, labelledEmbeddings, readSet, splitSet } from "./set-rows.mjs";

/**
 * Fits what is missing and keeps each router as it finishes.
 *
 * @param job {protocol, set, seed, data, fileHash, settings, routers}
 * @param onUnit called with (router, seconds)
 */
export async function runJob(store, job, onUnit = () => {}) {
  if (store.missing(job).length === 0) return;
  const { protocol, set, seed, settings } = job;
  const complete = await readSet(job.data, set);
  const split = splitSet(complete, settings);
  const table = protocols[protocol].labels(complete, split, seed);
  const embedder = await fitRouterEmbedder(table, { settings, staticTable: staticEnglish() });
  store.keepEmbedderId(job, embedder.id);
  const missing = store.missing(job);
  const part = (rows) => ({
    embeddings: embedder.embedSync(Array.from(rows, (r) => table.prompts[r])),
    inputTokens: tokensOf(table, rows),
  });
  const asked = { heldOut: part(split.heldOut), validation: part(split.validation) };
  let startedMs = performance.now();
  const finish = (router, header, predict) => {
    const seconds = (performance.now() - startedMs) / 1000;
    store.write(job, router, embedder.id, {
      ...header,
      seconds,
      heldOut: predict(asked.heldOut),
      validation: predict(asked.validation),
    });
    onUnit(router, seconds);
    startedMs = performance.now();
  };

  if (missing.includes("onehead")) {
    const served = await trainOnehead(table, job, embedder.id);
    const { model, calibration, candidates } = served.manifest;
    const router = new Router(served, { models: table.models });
    const details = { model, calibration, smearing: candidates.map(({ smearing }) => smearing) };
    finish("onehead", { name: "onehead", estimatesQuality: true, details }, (rows) =>
      router.predictBatch(rows.embeddings, rows.inputTokens),
    );
  }
  const rivals = missing.filter((name) => name !== "onehead");
  if (rivals.length === 0) return;
  await fitAllBaselines(
    labelledEmbeddings(table, split.train, embedder),
    labelledEmbeddings(table, split.validation, embedder),
    {
      seed,
      members: settings.members,
      only: rivals,
      onFitted: (name, [baseline]) =>
        finish(name, { name: baseline.name, estimatesQuality: baseline.estimatesQuality }, (rows) =>
          baseline.predict(rows.embeddings, rows.inputTokens),
        ),
    },
  );
}

/** Trains, and goes through the file format, so that what is measured is what would be served. */
async function trainOnehead(table, { set, settings }, embedderId) {
  const { artifact } = await trainRouter(table, { name: set, settings, staticTable: staticEnglish() });
  const served = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
  const { id } = embedderOf(served, { tables: [staticEnglish()] });
  if (id !== embedderId)
    throw new Error(`quality: the router's embedder is ${id}, its rivals' ${embedderId}: expected one`);
  return served;
}

function tokensOf(table, rows) {
  const all = inputTokensOf(table);
  return Float64Array.from(rows, (r) => all[r]);
}
