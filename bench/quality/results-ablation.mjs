// The part of docs/results.md about what each part of the router is worth.
import { estimatedPercent, fixed, signed, spread, table } from "./markdown.mjs";
import { target } from "./targets.mjs";
import { variantTitle } from "./variants.mjs";

export function ablationSections({ sets, mean, leftOut }) {
  return [...variantSection(sets, mean), ...leftOutSection(leftOut)];
}

/** What was set out for the embedder; figures are the default's, less those of the variant. */
export function ablationTargets({ mean, leftOut }) {
  const group = "trained features without the static word vectors";
  const words = mean.find(({ id }) => id === "no-words")?.gain?.relative;
  const zero = mean.find(({ id }) => id === "shuffled")?.overZero.relative;
  const unseen = leftOut?.mean?.relative;
  return [
    ...(words ? [target(group, "AIQ above it on the mean of the sets", estimatedPercent(words), words.value > 0)] : []),
    ...(unseen
      ? [target(group, "AIQ above it on tasks left out of training", estimatedPercent(unseen), unseen.value > 0)]
      : []),
    ...(zero
      ? [
          target(
            "the zero router",
            "no better than it with shuffled embeddings",
            estimatedPercent(zero),
            zero.interval[0] <= 0,
          ),
        ]
      : []),
  ];
}

function variantSection(sets, overSets) {
  if (sets.length === 0) return [];
  const of = (set, id) => set.variants.find((variant) => variant.id === id);
  const rows = overSets
    .filter(({ id }) => id !== "onehead")
    .map(({ id, aiq, gain }) => [
      variantTitle(id),
      ...sets.map((set) => estimatedPercent(of(set, id)?.gain?.relative)),
      estimatedPercent(gain?.relative),
      fixed(aiq),
    ]);
  const own = overSets.find(({ id }) => id === "onehead");
  const bag = overSets.find(({ id }) => id === "bag");
  const shuffled = overSets.find(({ id }) => id === "shuffled");
  return [
    "## What each part is worth",
    "",
    "AIQ of the default less that of each variant, relative, with 95 % intervals; dense rows. Above 0 the part helps.",
    "",
    ...table(
      [
        "instead of the default",
        ...sets.map(({ set, seeds }) => `${set} (${seeds.length})`),
        "mean of sets",
        "its AIQ",
      ],
      [...rows, ["the default itself", ...sets.map((set) => spread(of(set, "onehead").aiq)), "", fixed(own.aiq)]],
    ),
    "",
    ...(bag
      ? [
          `Attention and kernel add ${estimatedPercent(bag.gain.relative)} to a bag of as many joint MLPs on the same embeddings.`,
          "",
        ]
      : []),
    ...(shuffled
      ? [
          `With shuffled embeddings the router is ${estimatedPercent(shuffled.overZero.relative)} from the zero router.`,
          "",
        ]
      : []),
  ];
}

function leftOutSection(leftOut) {
  if (!leftOut || leftOut.tasks.length === 0) return [];
  return [
    "## A task that training has not seen",
    "",
    "All rows of a task are left out of training and asked about: AIQ with the static word vectors, and without them.",
    "",
    ...table(
      ["set", "task", "rows", "with", "without", "difference", "with, over the zero router"],
      [
        ...leftOut.tasks.map((task) => [
          task.set,
          task.task,
          task.rows,
          fixed(task.value),
          fixed(task.againstValue),
          estimatedPercent(task.relative),
          `${signed(100 * task.overZero.relative.value, 1)} %`,
        ]),
        [
          "mean",
          "",
          "",
          fixed(leftOut.mean.value),
          fixed(leftOut.mean.againstValue),
          estimatedPercent(leftOut.mean.relative),
          "",
        ],
      ],
    ),
    "",
  ];
}
