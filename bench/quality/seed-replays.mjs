// Kept units of a (protocol, set, seed), turned into replays of its held-out and validation rows.
import { createReplay, dearestMeanCostUsd, lambdaGrid } from "@onehead/eval";
import { protocols } from "./protocols.mjs";
import { entryIdOf, titleOf } from "./routers.mjs";
import { recordedRows, splitSet } from "./set-rows.mjs";

/**
 * @param complete the set's table, with all labels
 * @param job      {protocol, set, seed, fileHash, settings}
 * @param routers  names, of which every one has a valid unit
 * @returns {seed, heldOut, validation, seconds: {router: s}, details, datasets: of the held-out rows}
 */
export function seedReplays(store, complete, job, routers) {
  const { protocol, seed, settings } = job;
  const split = splitSet(complete, settings);
  const table = protocols[protocol].labels(complete, split, seed);
  const units = routers.map((name) => ({ name, ...store.read(job, name), id: name }));
  const entries = units.flatMap(entriesOf);
  // the grid of λ comes from what a router may see
  const trained = recordedRows(table, split.train);
  const lambdasUsd = lambdaGrid(dearestMeanCostUsd(trained.costsUsd, table.models.length));
  const replay = (part, rows) => {
    const recorder = createReplay(
      table.models,
      entries.map(({ router }) => router),
      lambdasUsd,
    );
    recorder.add(
      rows,
      entries.map(({ unit }) => unit[part]),
    );
    return recorder.finish();
  };
  return {
    seed,
    // held-out rows keep all labels under every protocol
    heldOut: replay("heldOut", recordedRows(complete, split.heldOut)),
    validation: replay("validation", recordedRows(table, split.validation)),
    seconds: Object.fromEntries(units.map(({ id, seconds }) => [id, seconds])),
    details: units.find(({ id }) => id === "onehead")?.details ?? null,
    datasets: Array.from(split.heldOut, (r) => complete.datasets[r]),
  };
}

/** A unit as the entries of a replay: Onehead stands there under both rewards. */
function entriesOf(unit) {
  const entry = (id, role, reward) => ({
    unit,
    router: { id, name: titleOf(id), role, reward, estimatesQuality: unit.estimatesQuality },
  });
  if (unit.id !== "onehead") return [entry(entryIdOf(unit.id), "baseline", "linear")];
  return [entry("onehead", "subject", "linear"), entry("onehead-exponential", "variant", "exponential")];
}
