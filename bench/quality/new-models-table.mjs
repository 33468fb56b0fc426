// Turns the kept units of new-models.mjs into new-models.json and new-models.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const names = {
  random: "Onehead, random prompts",
  stratified: "Onehead, stratified prompts (default)",
  design: "Onehead, designed prompts",
  uniroute: "UniRoute k-means, random prompts",
  mean: "mean score, random prompts",
};
/** A model matters whose removal costs this share of AIQ, and a set whose gain over the zero router is this share. */
const matters = { model: 0.005, set: 0.02 };

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanRows = (rows) => rows[0].map((_, i) => mean(rows.map((row) => row[i])));

function interval(resampled) {
  const sorted = [...resampled].sort((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return [at(0.025), at(0.975)];
}

/** One set over its seeds: shares of the gain that each entry keeps, mean over the models that `takes` lets through. */
function summarize(runs, takes) {
  const shares = new Map();
  const differences = new Map();
  let models = 0;
  for (const { units } of runs) {
    for (const { values } of units) {
      if (!takes(values)) continue;
      models++;
      const gain = values.full.value - values.zero.value;
      for (const [id, { value, resamples }] of Object.entries(values)) {
        if (!shares.has(id)) shares.set(id, []);
        if (!differences.has(id)) differences.set(id, []);
        shares.get(id).push((value - values.zero.value) / gain);
        differences.get(id).push(resamples.map((drawn, i) => (drawn - values.ignore.resamples[i]) / gain));
      }
    }
  }
  if (models === 0) return { models: 0, entries: {} };
  const entries = {};
  for (const [id, own] of shares) {
    const resampled = meanRows(differences.get(id));
    entries[id] = { share: mean(own), aboveIgnoring: mean(own) - mean(shares.get("ignore")), resampled };
  }
  return { models, entries };
}

/** Mean over sets; the sets' prompts are drawn independently. */
function meanOverSets(summaries) {
  const used = summaries.filter(({ models }) => models > 0);
  if (used.length === 0) return { models: 0, entries: {} };
  const entries = {};
  for (const id of Object.keys(used[0].entries)) {
    const own = used.map((summary) => summary.entries[id]);
    entries[id] = {
      share: mean(own.map(({ share }) => share)),
      aboveIgnoring: mean(own.map(({ aboveIgnoring }) => aboveIgnoring)),
      resampled: meanRows(own.map(({ resampled }) => resampled)),
    };
  }
  return { models: used.reduce((sum, { models }) => sum + models, 0), entries };
}

export function writeTable(folder, runsOfSets, { members, draws, counts, methods }) {
  const sets = runsOfSets.map((runs) => {
    const { full, zero } = runs[0].units[0].values;
    const gain = mean(runs.map(({ units: [unit] }) => unit.values.full.value / unit.values.zero.value - 1));
    return {
      set: runs[0].set,
      seeds: runs.map(({ seed }) => seed),
      whole: runs.every(({ whole }) => whole),
      aiq: { full: full.value, zero: zero.value },
      gain,
      counted: gain > matters.set,
      all: summarize(runs, () => true),
      important: summarize(runs, (values) => 1 - values.ignore.value / values.full.value > matters.model),
      models: runs.flatMap(({ seed, units }) =>
        units.map(({ model, values }) => ({
          model,
          seed,
          removalCosts: 1 - values.ignore.value / values.full.value,
          share: Object.fromEntries(
            Object.entries(values).map(([id, { value }]) => [
              id,
              (value - values.zero.value) / (values.full.value - values.zero.value),
            ]),
          ),
        })),
      ),
    };
  });
  const counted = sets.filter((set) => set.counted);
  const columns = [
    ...sets,
    {
      set: `mean of ${counted.map(({ set }) => set).join(", ")}`,
      whole: true,
      all: meanOverSets(counted.map(({ all }) => all)),
      important: meanOverSets(counted.map(({ important }) => important)),
    },
  ];
  const command = "node bench/quality/new-models.mjs";
  const report = JSON.stringify({ command, node: process.version, members, draws, sets: columns }, withIntervals, 1);
  writeFileSync(join(folder, "new-models.json"), `${report}\n`);
  writeFileSync(join(folder, "new-models.md"), markdown(command, columns, { members, draws, counts, methods }));
}

/** Entries with the interval that the table shows, in the place of the resamples that it comes from. */
function withIntervals(_key, value) {
  if (typeof value === "number") return Number(value.toPrecision(5));
  if (value === null || typeof value !== "object" || value.resampled === undefined) return value;
  const { resampled, ...entry } = value;
  return { ...entry, interval: interval(resampled) };
}

function markdown(command, columns, { members, draws, counts, methods }) {
  const lines = [
    "# New models, without retraining",
    "",
    `Made by \`${command}\` on Node ${process.version}; do not edit. Each model of a set in turn is left out of training and then added from`,
    `n scored prompts, drawn from the training prompts; mean over the models and ${draws} draws. A cell is the share of the full`,
    "training's gain over the zero router that is kept, (AIQ − AIQ_zero) / (AIQ_full − AIQ_zero), on the full pool's cost axis; 1 is",
    `a model that was trained with the others. All trainings here average ${members} networks. In brackets the 95 % interval of the`,
    "difference to ignoring the model, of the paired bootstrap over prompts. The last column is the mean of the sets whose gain",
    `exceeds ${100 * matters.set} %.`,
    "",
    `Gain over the zero router: ${columns
      .filter(({ gain }) => gain !== undefined)
      .map(
        ({ set, gain, whole, all, seeds }) =>
          `${set} ${(100 * gain).toFixed(1)} % (${all.models / seeds.length} models${whole ? "" : " so far"}, seeds ${seeds.join(", ")})`,
      )
      .join("; ")}.`,
    "",
  ];
  const table = (title, part) => {
    lines.push(`## ${title}`, "");
    lines.push(
      `| prompts | router | ${columns.map(({ set, [part]: { models } }) => `${set} (${models})`).join(" | ")} |`,
    );
    lines.push(`| --- | --- |${" --- |".repeat(columns.length)}`);
    const row = (n, name, id) => {
      const cells = columns.map(({ [part]: { entries } }) => {
        const entry = entries[id];
        if (entry === undefined) return "–";
        if (id === "ignore") return entry.share.toFixed(3);
        const [low, high] = interval(entry.resampled);
        return `${entry.share.toFixed(3)} [${signed(low)}, ${signed(high)}]`;
      });
      lines.push(`| ${n} | ${name} | ${cells.join(" | ")} |`);
    };
    row("0", "ignoring the model", "ignore");
    for (const n of counts) {
      for (const kind of [...methods, "uniroute", "mean"]) row(n, names[kind], `${kind}-${n}`);
    }
    lines.push("");
  };
  table("All models", "all");
  table(`Models whose removal costs more than ${100 * matters.model} % of AIQ`, "important");
  return lines.join("\n");
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}
