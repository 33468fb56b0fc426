// Kept units of a (protocol, set, seed), turned into replays of its held-out and validation rows.
import { selectRows } from "@onehead/data";
import { createReplay, dearestMeanCostUsd, lambdaGrid } from "@onehead/eval";
import { jobRows } from "./job-rows.mjs";
import { priceChanges } from "./price-changes.mjs";
import { entryIdOf, referenceNames, titleOf } from "./routers.mjs";
import { recordedRows } from "./set-rows.mjs";

/**
 * @param complete the set's table, with all labels
 * @param job      {protocol, set, seed, fileHash, settings}
 * @param entries  list of {unit, router}, as {@link entriesOf} makes them
 * @returns {seed, heldOut, validation, datasets: of the held-out rows, priceChanges: of the subject; null where rows are masked}
 */
export function seedReplays(complete, job, entries) {
  const { table, split, heldOut } = jobRows(complete, job);
  // the grid of λ comes from what a router may see
  const trained = selectRows(table, split.train);
  const lambdasUsd = lambdaGrid(dearestMeanCostUsd(trained.costs, table.models.length));
  const replay = (part, rows) => {
    const recorder = createReplay(
      table.models,
      entries.map(({ router }) => router),
      lambdasUsd,
    );
    recorder.add(
      recordedRows(rows),
      entries.map(({ unit }) => unit[part]),
    );
    return recorder.finish();
  };
  return {
    seed: job.seed,
    heldOut: replay("heldOut", heldOut),
    validation: replay("validation", selectRows(table, split.validation)),
    datasets: heldOut.datasets,
    priceChanges:
      job.protocol === "dense" ? subjectPriceChanges(entries, recordedRows(heldOut), table.models, lambdasUsd) : null,
  };
}

function subjectPriceChanges(entries, recorded, models, lambdasUsd) {
  const subject = entries.find(({ router }) => router.role === "subject");
  return subject === undefined ? null : priceChanges(models, recorded, subject.unit.heldOut, lambdasUsd);
}

/** A unit as the entries of a replay: Onehead stands there under both rewards, references apart from rivals. */
export function entriesOf(name, unit) {
  if (referenceNames.includes(name)) return [entryOf(name, unit, "reference")];
  if (name !== "onehead") return [entryOf(entryIdOf(name), unit, "baseline")];
  return [entryOf("onehead", unit, "subject"), entryOf("onehead-exponential", unit, "variant", "exponential")];
}

export function entryOf(id, unit, role, reward = "linear") {
  return { unit, router: { id, name: titleOf(id), role, reward, estimatesQuality: unit.estimatesQuality } };
}
