// Fills the figures of docs/model-card.md from the default artifacts; with --check only says whether they are up to date.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArtifact, parseSafetensors } from "../packages/core/dist/index.js";
import { fillBlock } from "./generated-block.mjs";
import { root } from "./prepare.mjs";

const files = ["default.onehead", "default.edge.onehead"];
const artifacts = files.map((file) => {
  const bytes = readFileSync(join(root, "apps/cli/artifacts", file));
  return { file, bytes: bytes.length, precision: precisionOf(bytes), ...parseArtifact(bytes).manifest };
});

/** The narrowest type that weights are stored in. */
function precisionOf(bytes) {
  const header = JSON.parse(parseSafetensors(bytes).header);
  const types = new Set(Object.values(header).map(({ dtype }) => dtype));
  return types.has("I8") ? "int8" : types.has("F16") ? "float16" : "float32";
}

const figure = (value) => (value === undefined ? "–" : value.toFixed(3).replace(/^0/, ""));
const line = (cells) => `| ${cells.join(" | ")} |`;

const rows = artifacts.flatMap(({ file, evaluation }) =>
  evaluation.sets.map(({ name, rows: held, models, aiq }) => {
    const knn = Object.keys(aiq).find((router) => router.startsWith("kNN"));
    const best = Math.max(aiq.onehead, aiq[knn], aiq["zero router"]);
    const cells = [aiq.onehead, aiq[knn], aiq["zero router"]].map((value) =>
      value === best ? `**${figure(value)}**` : figure(value),
    );
    return line([`\`${file}\``, name, held, models, ...cells, figure(aiq.oracle)]);
  }),
);
const sizes = artifacts.map(
  ({ file, bytes, precision, training, model, calibration }) =>
    `- \`${file}\`: ${(bytes / 1e6).toFixed(1)} MB as ${precision}; ${training.rows} prompts and ${training.labels} scores of training, ` +
    `${model.anchors} anchors (weight ${model.kernel?.weight ?? 0}) beside ${model.members} networks and ` +
    `${(model.clusters?.sizes ?? []).join(" + ") || "no"} clusters of prompts; calibration temperature ` +
    `${calibration.temperature.toFixed(2)}, bias ${calibration.bias.toFixed(2)}`,
);
fillBlock(
  "docs/model-card.md",
  "figures",
  [
    ...sizes,
    "",
    line(["artifact", "set", "held-out prompts", "models", "Onehead", "tuned kNN", "zero router", "oracle"]),
    line(new Array(8).fill("---")),
    ...rows,
  ].join("\n"),
);
