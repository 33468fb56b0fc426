// The variants of Onehead that the ablation compares with the default.

/** Each changes one thing; `settings` are those of training, the rest is what `jobRows` and `runJob` know. */
export const variants = [
  {
    id: "no-kernel",
    title: "without the attention over anchors: low-rank networks and clusters",
    settings: { kernel: false },
  },
  {
    id: "no-tasks",
    title: "blind to the rows' task labels: clusters are those of k-means",
    settings: { tasks: false },
  },
  {
    id: "no-clusters",
    title: "without the attention over clusters",
    settings: { clusters: false },
  },
  {
    id: "networks-alone",
    title: "low-rank networks alone, without any attention",
    settings: { kernel: false, clusters: false },
  },
  {
    id: "form-models",
    title: "networks that attend to the models, alone",
    settings: { form: "models", kernel: false, clusters: false },
  },
  { id: "members-1", title: "one network instead of two", settings: { members: 1 } },
  { id: "anchors-96", title: "96 anchors instead of 384", settings: { anchors: 96 } },
  { id: "anchors-768", title: "768 anchors", settings: { anchors: 768 } },
  { id: "no-words", title: "trained features without the static word vectors", withoutWords: true },
  {
    id: "encoder",
    title: "the sentence encoder itself (512 dimensions) instead of the word vectors distilled from it",
    settings: { externalWeight: 0.6 },
    withoutWords: true,
    encoder: true,
  },
  { id: "shuffled", title: "shuffled embeddings: prompts of other rows", shuffled: true },
];

/** Variants that need no training of their own: what they are made of is kept with the default's unit. */
export const derived = [
  { id: "onehead-exponential", title: "exponential reward" },
  { id: "onehead-uncalibrated", title: "without calibration of quality" },
];

/** What stands beside: the same number of networks without attention or kernel. */
export const beside = [{ id: "bag", title: "bag of joint MLPs" }];

export function variantTitle(id) {
  return [...variants, ...derived, ...beside].find((variant) => variant.id === id)?.title ?? id;
}

/**
 * Quality as it was before calibration: calibrated q = σ(logit / T + b), so logit = T (logit(q) − b).
 *
 * @param unit of the default, with `details.calibration`
 */
export function uncalibrated(unit) {
  const { temperature, bias } = unit.details.calibration;
  const undo = ({ quality, costUsd }) => ({
    quality: quality.map((q) => {
      const logit = temperature * (Math.log(q / (1 - q)) - bias);
      return 1 / (1 + Math.exp(-logit));
    }),
    costUsd,
  });
  return { ...unit, heldOut: undo(unit.heldOut), validation: undo(unit.validation) };
}
