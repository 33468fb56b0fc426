import { OneheadError } from "@onehead/core";

/** Every rival by the name that a command line takes, weakest first. */
export const baselineNames = [
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
] as const;

export type BaselineName = (typeof baselineNames)[number];

/**
 * The names in `only`, checked, in the order of {@link baselineNames}; all of them when it is not given.
 *
 * @throws OneheadError "invalid-argument" for a name that is none
 */
export function parseBaselineNames(only: readonly string[] = baselineNames): BaselineName[] {
  const unknown = only.filter((name) => !(baselineNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    const expected = `expected one of ${baselineNames.join(", ")}`;
    throw new OneheadError(
      "invalid-argument",
      `parseBaselineNames: unknown baseline: ${unknown.join(", ")}, ${expected}`,
    );
  }
  return baselineNames.filter((name) => only.includes(name));
}
