// One job: the routers of a (protocol, set, seed) that are missing, on one embedder and one cost predictor.
import { fitAllBaselines, fitTaskTable } from "@onehead/baselines";
import { parseArtifact, Router, serializeArtifact } from "@onehead/core";
import { selectRows } from "@onehead/data";
import { embedderOf } from "@onehead/embed";
import { staticEnglish } from "@onehead/embed/static-english";
import { fitRouterEmbedder, trainRouter } from "@onehead/train";
import { encoderOf } from "./encoder.mjs";
import { jobRows } from "./job-rows.mjs";
import { bagMembers, referenceNames } from "./routers.mjs";
import { askedRows, labelledEmbeddings, readSet } from "./set-rows.mjs";

/**
 * Fits what is missing and keeps each router as it finishes.
 *
 * @param job {protocol, set, seed, data, fileHash, settings, routers} and what a variant changes: {variant, shuffled,
 *   withoutTask, withoutWords, encoder}
 * @param onUnit called with (router, seconds)
 */
export async function runJob(store, job, onUnit = () => {}) {
  if (store.missing(job).length === 0) return;
  const { seed, settings } = job;
  const complete = await readSet(job.data, job.set);
  const { table, split, heldOut } = jobRows(complete, job);
  const options = {
    settings,
    ...(job.withoutWords ? {} : { staticTable: staticEnglish() }),
    ...(job.encoder ? { external: await encoderOf(store.work, complete.prompts) } : {}),
  };
  const embedder = await fitRouterEmbedder(table, options);
  store.keepEmbedderId(job, embedder.id);
  const missing = store.missing(job);
  const asked = {
    heldOut: await askedRows(heldOut, embedder),
    validation: await askedRows(selectRows(table, split.validation), embedder),
  };
  let startedMs = performance.now();
  const finish = (router, header, predict) => {
    const predicted = {
      heldOut: predict(asked.heldOut, "heldOut"),
      validation: predict(asked.validation, "validation"),
    };
    const seconds = (performance.now() - startedMs) / 1000;
    store.write(job, router, embedder.id, { ...header, seconds, ...predicted });
    onUnit(router, seconds);
    startedMs = performance.now();
  };

  if (missing.includes("onehead")) {
    const served = await trainOnehead(table, { ...options, name: job.set }, embedder.id);
    const { model, calibration } = served.manifest;
    const router = new Router(served, { models: table.models });
    finish("onehead", { name: "onehead", estimatesQuality: true, details: { model, calibration } }, (rows) =>
      router.predictBatch(rows.embeddings, rows.inputTokens),
    );
  }
  const others = missing.filter((name) => name !== "onehead");
  if (others.length === 0) return;
  const train = await labelledEmbeddings(table, split.train, embedder);
  const validation = await labelledEmbeddings(table, split.validation, embedder);
  if (others.includes("true-task")) {
    const told = { heldOut: heldOut.datasets, validation: validation.table.datasets };
    const tasks = fitTaskTable(train, validation);
    finish("true-task", { name: tasks.name, estimatesQuality: true }, (_, part) => tasks.predict(told[part]));
  }
  const rivals = others.filter((name) => !referenceNames.includes(name));
  if (rivals.length === 0) return;
  await fitAllBaselines(train, validation, {
    seed,
    members: bagMembers,
    only: rivals,
    onFitted: (name, [baseline]) =>
      finish(name, { name: baseline.name, estimatesQuality: baseline.estimatesQuality }, (rows) =>
        baseline.predict(rows.embeddings, rows.inputTokens),
      ),
  });
}

/** Trains, and goes through the file format, so that what is measured is what would be served. */
async function trainOnehead(table, options, embedderId) {
  const { artifact } = await trainRouter(table, options);
  const served = parseArtifact(serializeArtifact(artifact, { precision: "float16" }));
  const { id } = embedderOf(served, { tables: [staticEnglish()], external: options.external });
  if (id === embedderId) return served;
  throw new Error(`quality: the router's embedder is ${id}, its rivals' ${embedderId}: expected one`);
}
