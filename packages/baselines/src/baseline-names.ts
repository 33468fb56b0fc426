import { OneheadError } from "@onehead/core";

/** Every rival by the name that a command line takes, weakest first. */
export const baselineNames = [
  "single",
  "random",
  "zero",
  "knn-5",
  "knn-10",
  "knn-40",
  "svm",
  "mlp-regressors",
  "mlp-regressors-2",
  "carrot",
  "avengers-pro",
  "routellm-sw",
  "routellm-mf",
  "embedllm",
  "irt",
  "uniroute-k-means",
  "uniroute-map",
  "knn",
  "ridge",
  "kernel-ridge",
  "mlp",
  "bag",
] as const;

/** Those that fit in seconds: what is fitted unless more are named. */
export const quickBaselineNames: readonly BaselineName[] = [
  "single",
  "random",
  "zero",
  "knn-5",
  "knn-10",
  "knn-40",
  "knn",
  "ridge",
  "mlp",
  "bag",
];

/** Those that are as published, with nothing tuned on validation rows but what the publication tunes. */
export const publishedBaselineNames: readonly BaselineName[] = [
  "knn-5",
  "knn-10",
  "knn-40",
  "svm",
  "mlp-regressors",
  "mlp-regressors-2",
  "carrot",
  "avengers-pro",
  "routellm-sw",
];

export type BaselineName = (typeof baselineNames)[number];

/**
 * The names in `only`, checked, in the order of {@link baselineNames}: the quick ones when it is not given, all of them for
 * `["all"]`.
 *
 * @throws OneheadError "invalid-argument" for a name that is none
 */
export function parseBaselineNames(only: readonly string[] = quickBaselineNames): BaselineName[] {
  if (only.length === 1 && only[0] === "all") return [...baselineNames];
  const unknown = only.filter((name) => !(baselineNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    const expected = `expected all or some of ${baselineNames.join(", ")}`;
    throw new OneheadError(
      "invalid-argument",
      `parseBaselineNames: unknown baseline: ${unknown.join(", ")}, ${expected}`,
    );
  }
  return baselineNames.filter((name) => only.includes(name));
}
