// What pictures of the first seed of each set need, small enough to be committed.
import { rounded } from "./statistics.mjs";

/** What pictures show. */
const drawn = ["onehead", "onehead-exponential", "knn-40", "knn", "kernel-ridge", "bag", "true-task"];

/** @returns list of {protocol, set, seed, result}, each result an `EvaluationResult` of fewer routers */
export function curvesOf(examples) {
  return examples.map(({ protocol, set, seed, result }) => ({
    protocol,
    set,
    seed,
    result: rounded(
      {
        ...result,
        routers: result.routers.filter(({ id }) => drawn.includes(id)).map(thinned),
        comparisons: result.comparisons.filter(({ against }) => drawn.includes(against)),
      },
      5,
    ),
  }));
}

/** Bands are drawn of the router under test only. */
function thinned(router) {
  return router.role === "subject" ? router : { ...router, selection: null };
}
