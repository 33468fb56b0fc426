// The table of bench/results/precision.md.
import { fixed, signed, table } from "./markdown.mjs";
import { rejected } from "./precision-figures.mjs";

const percent = (share, digits = 3) => `${signed(100 * share, digits)} %`;
const worst = ({ values }) => percent(Math.min(...values));
const megabytes = ({ mean }) => `${(mean / 1e6).toFixed(2)} MB`;

export function precisionMarkdown({ command, seeds, sets }) {
  const narrow = ["float16", "int8"];
  const share = ({ float32, [narrow[1]]: int8 }, name) => int8[name].mean / float32[name].mean;
  return [
    "# Precision of stored weights",
    "",
    `Made by \`${command}\`; the question and the method are in its header. Mean of ${seeds.length} seeds; a change is that of the`,
    "AIQ on held-out prompts against the same router in float32, in percent of it.",
    "",
    ...table(
      ["set", "models", "held-out prompts", "float32", "float16", "worst seed", "int8", "worst seed"],
      sets.map(({ set, models, heldOutRows, copies }) => [
        set,
        models,
        Math.round(heldOutRows),
        fixed(copies.float32.aiq.mean),
        ...narrow.flatMap((id) => [percent(copies[id].change.mean), worst(copies[id].change)]),
      ]),
    ),
    "",
    "Mean absolute difference of predicted quality, and the share of choices over all λ that are others:",
    "",
    ...table(
      ["set", "float16", "int8", "choices, float16", "int8"],
      sets.map(({ set, copies }) => [
        set,
        ...narrow.map((id) => fixed(copies[id].moved.mean, 5)),
        ...narrow.map((id) => `${(100 * copies[id].rerouted.mean).toFixed(2)} %`),
      ]),
    ),
    "",
    "Bytes of the weights with their scales, and of the whole file, which holds hashes and a manifest besides:",
    "",
    ...table(
      [
        "set",
        "weights, float32",
        "float16",
        "int8",
        "share of float32",
        "file, float32",
        "float16",
        "int8",
        "share of float32",
      ],
      sets.map(({ set, copies }) => [
        set,
        ...["weightBytes", "fileBytes"].flatMap((name) => [
          ...["float32", ...narrow].map((id) => megabytes(copies[id][name])),
          `${(100 * share(copies, name)).toFixed(1)} %`,
        ]),
      ]),
    ),
    "",
    "Other ways to int8 that were not taken, all of them beside float16 for the rest: change of AIQ (worst seed), and difference of",
    "predicted quality:",
    "",
    ...table(
      ["set", ...rejected.flatMap(({ title }) => [title, "difference"])],
      sets.map(({ set, copies }) => [
        set,
        ...rejected.flatMap(({ id }) => [
          `${percent(copies[id].change.mean)} (${worst(copies[id].change)})`,
          fixed(copies[id].moved.mean, 5),
        ]),
      ]),
    ),
  ].join("\n");
}
