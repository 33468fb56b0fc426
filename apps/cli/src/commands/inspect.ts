import type { Artifact, Candidate, Manifest, Profile } from "@onehead/core";
import { neededEmbedder } from "@onehead/embed";
import { readHeldOutSummary } from "@onehead/eval";
import { defineCommand } from "citty";
import { artifactPath } from "../files/default-artifact.js";
import { readArtifactFile } from "../files/read-input.js";
import { describeWeights, type StoredWeights, storedWeights } from "../files/stored-weights.js";
import { formatUsd } from "../output/decision-table.js";
import { printable } from "../output/printable.js";

export const inspect = defineCommand({
  meta: {
    name: "inspect",
    description: `Say what is in an artifact

Examples:
  onehead inspect
  onehead inspect router.onehead --json`,
  },
  args: {
    artifact: { type: "positional", description: "The router; the built-in one unless given", required: false },
    json: { type: "boolean", description: "The manifest, the table of tensors and how they are stored as JSON" },
  },
  async run({ args }) {
    const { artifact, bytes } = await readArtifactFile(artifactPath(args.artifact));
    const stored = storedWeights(bytes);
    if (args.json) {
      const tensors = Object.fromEntries([...artifact.tensors].map(([name, { shape }]) => [name, shape]));
      console.log(JSON.stringify({ manifest: artifact.manifest, tensors, stored }));
      return;
    }
    console.log(describe(artifact, stored));
  },
});

function describe(artifact: Artifact, stored: StoredWeights): string {
  const { manifest, tensors } = artifact;
  const needed = neededEmbedder(artifact);
  const { model, embedder, training, calibration, dial, candidates } = manifest;
  let parameters = 0;
  for (const { data } of tensors.values()) parameters += data.length;
  const { seed, holdout, validation } = training.split;
  const lines = [
    `${manifest.name}: ${describeModel(model)}, ${parameters.toLocaleString("en")} numbers`,
    ...(model.form === "external"
      ? []
      : [`widths      key ${model.keyWidth}, hidden ${model.hiddenWidth}, rank ${model.rank}`]),
    `stored      ${describeWeights(stored)}`,
    `embedder    ${embedder.id}${needed === null ? "" : `, needs ${needed.id} of ${needed.dimensions} dimensions`}`,
    `trained on  ${training.rows} prompts, ${training.labels} scores; data ${training.dataHash}, seed ${training.seed}`,
    `split       seed ${seed}, ${share(holdout)} held out, ${share(validation)} of the rest for validation`,
    ...(training.sources ?? []).map(({ name, licence }) => `source      ${name} (${licence})`),
    `calibration temperature ${calibration.temperature.toFixed(3)}, bias ${calibration.bias.toFixed(3)}`,
    `dial        cost-quality 0 is ${formatUsd(dial.minLambdaUsd)} for a right answer, 10 is ${formatUsd(dial.maxLambdaUsd)}`,
    "",
    `${candidates.length} candidates (${manifest.defaultPool?.length ?? candidates.length} in the default pool)`,
    ...candidates.map((candidate) => `  ${describeCandidate(candidate)}`),
    ...heldOut(manifest),
  ];
  // names of an embedder, a baseline and the sets are read here alone
  return lines.map(printable).join("\n");
}

function describeModel(model: Manifest["model"]): string {
  if (model.form === "external") return `baseline ${model.kind} of ${model.package}`;
  const { kernel, clusters, anchors, members } = model;
  const networks = {
    "low-rank": "low-rank networks",
    models: "networks that attend to the models",
  };
  const attention =
    kernel === undefined ? "" : `attention over ${anchors} anchor prompts (weight ${kernel.weight}) and `;
  const beside =
    clusters === undefined
      ? ""
      : `; beside attention over ${clusters.sizes.join(" + ")} clusters (weight ${clusters.weight})`;
  return `${attention}${members} ${networks[model.form]}, averaged${beside}`;
}

function describeCandidate({ id, profile, prices, costKind }: Candidate): string {
  const origin = describeProfile(profile);
  if (prices === undefined) return `${id}: ${origin}; ${costKind === "usd" ? "cost learnt in USD" : "price unknown"}`;
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output, asOf, source } = prices;
  const origins = [source, asOf].filter((part) => part !== undefined).join(", ");
  return `${id}: ${origin}; $${input} in, $${output} out a million tokens${origins === "" ? "" : ` (${origins})`}`;
}

function describeProfile(profile: Profile): string {
  if (profile.kind === "measured") return `measured, ${profile.rows} prompts`;
  if (profile.kind === "inherited") return `inherited from ${profile.from}`;
  return `probed, ${profile.rows} prompts${profile.costRows === 0 ? ", length of its answers unknown" : ""}`;
}

function heldOut(manifest: Manifest): string[] {
  const sets = readHeldOutSummary(manifest)?.sets ?? [];
  if (sets.length === 0) return [];
  return [
    "",
    "AIQ on held-out prompts",
    ...sets.map(({ name, rows, aiq }) => {
      const values = Object.entries(aiq).map(([router, value]) => `${router} ${value.toFixed(4)}`);
      return `  ${name} (${rows}): ${values.join(", ")}`;
    }),
  ];
}

function share(value: number): string {
  return `${Math.round(100 * value)} %`;
}
