import { OneheadError } from "@onehead/core";

/** Everything that shapes a training run; the artifact records it. */
export interface TrainingSettings {
  /**
   * What the networks are: low-rank model vectors and a shared difficulty, which leave the attention over anchor prompts to the
   * kernel regression beside them; or attention over the models.
   */
  form: "low-rank" | "models";
  /** Networks averaged. */
  members: number;
  /** P, at most; a file with fewer training rows has fewer. */
  anchors: number;
  /** K of the attention over the models. */
  keyWidth: number;
  /** H, of each of both heads in the attention over the models. */
  hiddenWidth: number;
  /** R, at most the number of models. */
  rank: number;
  /** Pseudo-counts of the mean of all models in what a model's training starts from. */
  prior: number;
  /** At most; early stop usually ends sooner. */
  epochs: number;
  /** Epochs without a better validation log loss before stopping. */
  patience: number;
  batchRows: number;
  learningRate: number;
  weightDecay: number;
  /** Share of a low-rank network's hidden units that are left out in training. */
  dropout: number;
  /** Of the attention over the models, the share of its query's K components and of its heads' units that are. */
  queryDropout: number;
  headDropout: number;
  /** Weight of the cost loss beside the quality loss. */
  costWeight: number;
  /** Gradient norm above which a step is scaled down. */
  clipNorm: number;
  /** Let a kernel regression on the anchors stand beside the networks, with a weight chosen on validation rows. */
  kernel: boolean;
  /** Let an attention over clusters of the training prompts stand beside both. */
  clusters: boolean;
  /** Let the rows' `dataset` name some of these clusters: the tasks, told apart by their prompts. */
  tasks: boolean;
  /** Embedding components of the text, besides the plain features. */
  components: number;
  /** Hashed features that the embedder keeps. */
  features: number;
  /** Length of the block of static word vectors, where there is one, beside a text block of length 1. */
  staticWeight: number;
  /** Length of the block of an external embedder's vectors, where there is one, beside a text block of length 1. */
  externalWeight: number;
  /** An external embedder's vectors that are longer are projected onto so many principal components. */
  externalComponents: number;
  /** Let the trained features stand beside an external embedder's vectors; without one they are all there is. */
  trainedFeatures: boolean;
  seed: number;
  /** Share of prompts kept out of training altogether, and share of the rest that steers early stop and calibration. */
  holdout: number;
  validation: number;
}

export const defaultSettings: Readonly<TrainingSettings> = {
  form: "low-rank",
  members: 2,
  anchors: 384,
  keyWidth: 64,
  hiddenWidth: 64,
  rank: 24,
  prior: 10,
  epochs: 12,
  patience: 4,
  batchRows: 64,
  learningRate: 0.015,
  weightDecay: 0.05,
  dropout: 0.3,
  queryDropout: 0.6,
  headDropout: 0.1,
  costWeight: 0.3,
  clipNorm: 1,
  kernel: true,
  clusters: true,
  tasks: true,
  components: 128,
  features: 16384,
  staticWeight: 0.6,
  externalWeight: 1,
  externalComponents: 128,
  trainedFeatures: true,
  seed: 0,
  holdout: 0.3,
  validation: 0.15,
};

const forms: readonly string[] = ["low-rank", "models"] satisfies TrainingSettings["form"][];

/** Whole numbers from 1, and the greatest that cannot be a slip. */
const wholeNumbers = {
  members: 64,
  anchors: 65_536,
  keyWidth: 4096,
  hiddenWidth: 4096,
  rank: 4096,
  epochs: 10_000,
  patience: 10_000,
  batchRows: 65_536,
  components: 4096,
  externalComponents: 4096,
  features: 4_194_304,
} as const;
const positives = ["learningRate", "clipNorm", "externalWeight"] as const;
const flags = ["kernel", "clusters", "tasks", "trainedFeatures"] as const;
const atLeastZero = ["prior", "weightDecay", "costWeight", "staticWeight"] as const;
const shares = ["dropout", "queryDropout", "headDropout", "holdout", "validation"] as const;

/** Fills in defaults and throws OneheadError "invalid-argument" naming the first setting that is out of range. */
export function resolveSettings(given: Partial<TrainingSettings>): TrainingSettings {
  if (typeof given !== "object" || given === null) {
    throw new OneheadError("invalid-argument", `train: settings: ${String(given)}, expected an object`);
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(defaultSettings, name)) throw invalid(name, "unknown setting", "one of the documented settings");
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const settings = { ...defaultSettings, ...set };
  if (!forms.includes(settings.form)) throw invalid("form", settings.form, forms.join(", "));
  for (const name of flags) {
    if (typeof settings[name] !== "boolean") throw invalid(name, settings[name], "true or false");
  }
  for (const [name, most] of Object.entries(wholeNumbers) as Array<[keyof typeof wholeNumbers, number]>) {
    const value = settings[name];
    if (!(Number.isInteger(value) && value >= 1 && value <= most))
      throw invalid(name, value, `a whole number from 1 to ${most}`);
  }
  for (const name of positives) {
    if (!(Number.isFinite(settings[name]) && settings[name] > 0))
      throw invalid(name, settings[name], "a number above 0");
  }
  for (const name of atLeastZero) {
    if (!(Number.isFinite(settings[name]) && settings[name] >= 0))
      throw invalid(name, settings[name], "a number of at least 0");
  }
  for (const name of shares) {
    if (!(settings[name] >= 0 && settings[name] < 1)) throw invalid(name, settings[name], "a number in [0, 1)");
  }
  if (!(Number.isInteger(settings.seed) && settings.seed >= 0 && settings.seed < 2 ** 32))
    throw invalid("seed", settings.seed, "a whole number from 0 to 4294967295");
  return settings;
}

function invalid(name: string, value: unknown, expected: string): OneheadError {
  return new OneheadError("invalid-argument", `train: settings.${name}: ${String(value)}, expected ${expected}`);
}
