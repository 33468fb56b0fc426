// What was set out to be reached, and whether it was: computed from the report, never from memory.
import { estimatedPercent, fixed, percent, signed } from "./markdown.mjs";
import { routerBenchOwn, titleOf } from "./routers.mjs";
import { subject } from "./set-figures.mjs";
import { mean } from "./statistics.mjs";

/** A target met, missed, or unknown because figures are missing. */
export function target(group, text, found, isMet) {
  return { group, text, found, met: isMet };
}

/** @returns list of {group, text, found, met: true, false or null} */
export function targetsOf(report) {
  const of = (protocol) => report.protocols.find((own) => own.protocol === protocol);
  const dense = of("dense");
  const sparse = of("sparse");
  return [
    ...(dense
      ? [
          ...ownRouters(dense),
          ...overBest(dense, "dense", 0.002),
          ...singleModel(dense),
          ...predictions(dense),
          ...repriced(dense),
        ]
      : []),
    ...(sparse ? [...overBest(sparse, "sparse", 0.006), overTunedKnn(sparse)] : []),
  ];
}

function routerOf(set, id) {
  return set.routers.find((router) => router.id === id);
}

/** Relative to RouterBench's own routers, as published. */
function ownRouters({ sets }) {
  const group = "RouterBench's own routers, dense rows";
  const present = routerBenchOwn.filter((id) => sets.every((set) => routerOf(set, id)));
  if (present.length < routerBenchOwn.length) return [target(group, "all of them are measured", present.join(), null)];
  const gains = (id) =>
    sets.map((set) => ({ set: set.set, value: routerOf(set, subject).aiq.mean / routerOf(set, id).aiq.mean - 1 }));
  const largest = (values) => values.reduce((best, own) => (own.value > best.value ? own : best));
  const least = present.map((id) => ({ id, ...gains(id).reduce((low, own) => (own.value < low.value ? own : low)) }));
  const lowest = least.reduce((low, own) => (own.value < low.value ? own : low));
  const overTen = largest(gains("knn-10"));
  const overBest = largest(
    sets.map((set) => {
      const best = Math.max(...present.map((id) => routerOf(set, id).aiq.mean));
      return { set: set.set, value: routerOf(set, subject).aiq.mean / best - 1 };
    }),
  );
  const performance = largest(
    sets.map((set) => ({
      set: set.set,
      value: routerOf(set, subject).bestQuality.mean / routerOf(set, "knn-40").bestQuality.mean - 1,
    })),
  );
  const shown = ({ set, value }) => `${signed(100 * value, 1)} % (${set})`;
  return [
    target(
      group,
      "AIQ above each of them on every set",
      `least: ${shown(lowest)}, ${titleOf(lowest.id)}`,
      lowest.value > 0,
    ),
    target(group, "AIQ at least 6.6 % above kNN 10 on one set", shown(overTen), overTen.value >= 0.066),
    target(group, "AIQ at least 3 % above the best of them on one set", shown(overBest), overBest.value >= 0.03),
    target(
      group,
      "maximum performance at least 2.9 % above kNN 40 on one set",
      shown(performance),
      performance.value >= 0.029,
    ),
  ];
}

/** Against the best baseline of each set. */
function overBest({ sets, mean: overSets }, name, least) {
  const group = `best baseline of each set, ${name} rows`;
  const gain = overSets.gainOverBest;
  if (gain === null) return [target(group, "some baseline is measured", "none", null)];
  const metrics = name === "dense" ? ["aiq", "logAiq"] : ["aiq"];
  const below = sets.filter((set) => routerOf(set, set.bestBaseline.id).gain.aiq.difference.interval[1] < 0);
  return [
    ...metrics.map((metric) =>
      target(
        group,
        `${metric === "aiq" ? "AIQ" : "logAIQ"} at least ${percent(least, 1)} above it on the mean of the sets`,
        estimatedPercent(gain[metric]?.relative),
        gain[metric] === null ? null : gain[metric].relative.value >= least,
      ),
    ),
    target(
      group,
      "on no set lower beyond the interval",
      below.length === 0 ? "none" : below.map(({ set }) => set).join(", "),
      below.length === 0,
    ),
  ];
}

function overTunedKnn({ mean: overSets }) {
  const gain = overSets.routers.find(({ id }) => id === "knn")?.gain?.aiq.relative;
  const text = "AIQ at least 1.2 % above tuned kNN on the mean of the sets";
  return target("tuned kNN, sparse rows", text, estimatedPercent(gain), gain ? gain.value >= 0.012 : null);
}

/** Maximum performance and quality-neutral cost, at λ chosen on validation rows. */
function singleModel({ sets, mean: overSets }) {
  const group = "best single model, λ chosen on validation rows, dense rows";
  const below = sets.filter(({ againstSingle }) => againstSingle.best.quality.interval[1] < 0).map(({ set }) => set);
  const quality = overSets.qualityAgainstSingle?.quality;
  const ratios = sets.map((set) => routerOf(set, subject).qncHeldOut.mean);
  const hindsight = mean(sets.map((set) => routerOf(set, subject).qnc.mean));
  const belowOne = ratios.filter((ratio) => ratio < 1).length;
  return [
    target(
      group,
      "maximum performance not below it on any set beyond the interval",
      below.join(", ") || "none",
      below.length === 0,
    ),
    target(
      group,
      "maximum performance above it on the mean of the sets",
      quality ? `${signed(quality.value)} [${signed(quality.interval[0])}, ${signed(quality.interval[1])}]` : "–",
      quality ? quality.value > 0 : null,
    ),
    target(
      group,
      "quality-neutral cost at most 70 % on the mean of the sets",
      `${percent(mean(ratios))} (in hindsight ${percent(hindsight)})`,
      mean(ratios) <= 0.7,
    ),
    target(
      group,
      "quality-neutral cost below 1 on at least four sets",
      `on ${belowOne} of ${sets.length}`,
      belowOne >= 4,
    ),
  ];
}

/** Calibration, and predictions of the chosen rows against what they yielded. */
function predictions({ sets }) {
  const group = "predictions, dense rows";
  const worst = (read) =>
    sets
      .map((set) => ({ set: set.set, value: read(routerOf(set, subject)) }))
      .reduce((high, own) => (Math.abs(own.value) > Math.abs(high.value) ? own : high));
  const error = worst(({ calibrationError }) => calibrationError.mean);
  const optimism = worst((router) => router.optimism.mean);
  const cost = worst(({ costError }) => costError.mean);
  const within = sets
    .map((set) => ({ set: set.set, value: routerOf(set, subject).costWithin.mean }))
    .reduce((low, own) => (own.value < low.value ? own : low));
  return [
    target(group, "pooled ECE at most .025 on each set", `${fixed(error.value)} (${error.set})`, error.value <= 0.025),
    target(
      group,
      "predicted − incurred quality of the chosen rows within .02 on each set",
      `${signed(optimism.value)} (${optimism.set})`,
      Math.abs(optimism.value) <= 0.02,
    ),
    target(
      group,
      "mean cost error over the sweep at most 5 % on each set",
      `${percent(cost.value, 1)} (${cost.set})`,
      cost.value <= 0.05,
    ),
    target(
      group,
      "cost within 5 % and two standard errors at 90 % of λ on each set",
      `${percent(within.value)} (${within.set})`,
      within.value >= 0.9,
    ),
  ];
}

/** After a change of one model's price, by half and by double. */
function repriced({ sets }) {
  const group = "one model's price halved or doubled after training, dense rows";
  const of = (name) =>
    sets.flatMap(({ set, priceChanges }) =>
      priceChanges.map((change) => ({ set, factor: change.factor, value: change[name].mean })),
    );
  const high = (values) => values.reduce((most, own) => (own.value > most.value ? own : most));
  const low = (values) => values.reduce((least, own) => (own.value < least.value ? own : least));
  const at = ({ set, factor }) => `${set}, ×${factor}`;
  const cost = high(of("costError"));
  const within = low(of("costWithin"));
  const optimism = high(of("optimism").map((own) => ({ ...own, value: Math.abs(own.value) })));
  const followed = low(of("followed"));
  return [
    target(
      group,
      "mean cost error over the sweep at most 5 % on each set",
      `${percent(cost.value, 1)} (${at(cost)})`,
      cost.value <= 0.05,
    ),
    target(
      group,
      "cost within 5 % and two standard errors at 90 % of λ on each set",
      `${percent(within.value)} (${at(within)})`,
      within.value >= 0.9,
    ),
    target(
      group,
      "predicted − incurred quality of the chosen rows within .02 on each set",
      `${fixed(optimism.value)} (${at(optimism)})`,
      optimism.value <= 0.02,
    ),
    target(
      group,
      "every model that is chosen gets more prompts when cheaper, fewer when dearer",
      `${percent(followed.value)} (${at(followed)})`,
      followed.value === 1,
    ),
  ];
}
