import { OneheadError } from "@onehead/core";
import { type BootstrapDraws, bootstrapAiq } from "../bootstrap/bootstrap-aiq.js";
import { differenceOf, type Estimate, intervalOf } from "../bootstrap/intervals.js";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import { aiq } from "../metrics/aiq.js";
import { aiqRepository } from "../metrics/aiq-repository.js";
import { bestSetting } from "../metrics/best-setting.js";
import { costQualityCurve } from "../replay/cost-quality-curve.js";
import type { Replay } from "../replay/replay.js";
import { costRangeOf, randomMixPoint, singleModelPoints } from "../replay/single-models.js";
import { type SavingsOptions, savingsOf } from "../savings/savings-of.js";
import { type CurveContext, curveResult } from "./curve-result.js";
import type {
  ChosenOn,
  Comparison,
  CurveResult,
  EvaluationResult,
  PoolResult,
  RowCounts,
} from "./evaluation-result.js";
import { type PairOfModels, routerResult } from "./router-result.js";

/**
 * Turns the replay of held-out rows, and of validation rows where there are some, into all figures of an evaluation.
 *
 * @param validation replay of the same routers over the same λ on rows that trained nothing and test nothing; null for none
 * @throws OneheadError "invalid-argument" unless exactly one router is the subject, and when the replays do not match; as
 *   `savingsOf`
 */
export function summarizeReplays(
  heldOut: Replay,
  validation: Replay | null,
  options: SavingsOptions = {},
): EvaluationResult {
  const { resamples = 1000, seed = 0 } = options;
  const subject = assertReplays(heldOut, validation);
  const shared = {
    schemaVersion: 1 as const,
    models: heldOut.models,
    lambdasUsd: Array.from(heldOut.lambdasUsd, (lambda) => (Number.isFinite(lambda) ? lambda : null)),
    heldOut: rowCounts(heldOut),
    validation: validation && rowCounts(validation),
  };
  if (heldOut.completeRows === 0) {
    return {
      ...shared,
      withoutCurves: `none of the ${heldOut.rows} held-out rows has a score and a cost of all ${heldOut.models.length} models`,
      pool: null,
      routers: heldOut.routers.map((router) => routerResult(heldOut, router, null, null, seed)),
      comparisons: [],
      bestBaseline: null,
      bootstrap: null,
      savings: null,
    };
  }
  const draws = bootstrapAiq([heldOut], { resamples, seed });
  const { pool, curves, pair } = poolAndCurves(heldOut, validation?.completeRows ? validation : null, draws);
  return {
    ...shared,
    withoutCurves: null,
    pool,
    routers: heldOut.routers.map((router, k) => routerResult(heldOut, router, curves[k], pair, seed)),
    comparisons: comparisonsOf(heldOut, draws, subject),
    bestBaseline: bestBaselineOf(validation?.completeRows ? validation : heldOut, pool.reference.chosenOn),
    bootstrap: { resamples, seed },
    savings: savingsOf(
      heldOut.routers.findIndex(({ id }) => id === subject),
      heldOut,
      validation?.completeRows ? validation : null,
      options,
    ),
  };
}

function poolAndCurves(
  heldOut: Replay,
  validation: Replay | null,
  draws: BootstrapDraws,
): { pool: PoolResult; curves: CurveResult[]; pair: PairOfModels | null } {
  const models = singleModelPoints(heldOut);
  const validationModels = validation && singleModelPoints(validation);
  const range = costRangeOf(models);
  const reference = bestSetting(validationModels ?? models);
  const context: CurveContext = {
    range,
    reference: models[reference],
    referenceOnValidation: validationModels?.[reference] ?? null,
    oracleAiq: aiqOf(draws, "oracle").value,
  };
  const swept = heldOut.routers.map(({ choices }) => costQualityCurve(heldOut, choices));
  // RouterBench's variant depends on its set: the routers and the zero router, not what knows more than a router can
  const inSet = heldOut.routers.map(({ role }) => role !== "reference");
  const repository = aiqRepository([models, ...swept.filter((_, k) => inSet[k])]);
  const repositoryIndex = (k: number): number => 1 + inSet.slice(0, k).filter(Boolean).length;
  const build = (
    id: string,
    points: CostQualityPoint[],
    validationPoints: CostQualityPoint[] | null,
    inRepository: number | null,
  ): CurveResult =>
    curveResult(
      {
        points,
        validationPoints,
        aiq: aiqOf(draws, id),
        logAiq: intervalOf(draws, "logAiq", id),
        aiqRepository: inRepository === null ? null : repository[inRepository],
      },
      context,
    );
  const curves = heldOut.routers.map(({ id }, k) =>
    build(
      id,
      swept[k],
      validation && costQualityCurve(validation, validation.routers[k].choices),
      inSet[k] ? repositoryIndex(k) : null,
    ),
  );
  const pool: PoolResult = {
    minCostUsd: range.minCostUsd,
    maxCostUsd: range.maxCostUsd,
    reference: { model: heldOut.models[reference], chosenOn: validation === null ? "held-out" : "validation" },
    singleModels: models.map((point, m) => ({
      model: heldOut.models[m],
      ...point,
      scoredRows: heldOut.scoredRows[m],
      aiq: aiqOf(draws, `single:${heldOut.models[m]}`),
      logAiq: intervalOf(draws, "logAiq", `single:${heldOut.models[m]}`),
    })),
    zeroRouter: build("zero", models, validationModels, 0),
    randomMix: build("random", [randomMixPoint(models)], validationModels && [randomMixPoint(validationModels)], null),
    oracle: build(
      "oracle",
      costQualityCurve(heldOut, heldOut.oracle),
      validation && costQualityCurve(validation, validation.oracle),
      null,
    ),
  };
  return { pool, curves, pair: pairOf(models, validationModels ?? models) };
}

/** AIQ always exists on complete rows; only its logarithmic twin may not. */
function aiqOf(draws: BootstrapDraws, id: string): Estimate {
  return intervalOf(draws, "aiq", id)!;
}

/** The better model on the rows of choice is the strong one. */
function pairOf(models: readonly CostQualityPoint[], chosenOn: readonly CostQualityPoint[]): PairOfModels | null {
  if (models.length !== 2) return null;
  const strong = chosenOn[1].quality > chosenOn[0].quality ? 1 : 0;
  const weak = 1 - strong;
  return { weak, strong, weakQuality: models[weak].quality, strongQuality: models[strong].quality };
}

function comparisonsOf(heldOut: Replay, draws: BootstrapDraws, subject: string): Comparison[] {
  const names = new Map(heldOut.routers.map(({ id, name }) => [id, name]));
  const rivals = draws.ids.filter((id) => id !== subject);
  return rivals.map((against) => ({
    against,
    name: names.get(against) ?? referenceNames[against] ?? against.slice("single:".length),
    aiq: differenceOf(draws, "aiq", subject, against)!,
    logAiq: differenceOf(draws, "logAiq", subject, against),
  }));
}

const referenceNames: Record<string, string> = { oracle: "oracle", zero: "zero router", random: "random mix" };

function bestBaselineOf(replay: Replay, chosenOn: ChosenOn): EvaluationResult["bestBaseline"] {
  const models = singleModelPoints(replay);
  const range = costRangeOf(models);
  let best = { id: "zero", value: aiq(models, range) };
  for (const router of replay.routers) {
    if (router.role !== "baseline") continue;
    const value = aiq(costQualityCurve(replay, router.choices), range);
    if (value > best.value) best = { id: router.id, value };
  }
  return { id: best.id, chosenOn };
}

function rowCounts({ rows, completeRows }: Replay): RowCounts {
  return { rows, completeRows, incompleteRows: rows - completeRows };
}

/** @returns the subject's id */
function assertReplays(heldOut: Replay, validation: Replay | null): string {
  const subjects = heldOut.routers.filter(({ role }) => role === "subject");
  if (subjects.length !== 1) throw invalid(`routers with role "subject": ${subjects.length}, expected 1`);
  if (validation !== null) {
    const [held, other] = [signatureOf(heldOut), signatureOf(validation)];
    if (held !== other) throw invalid(`validation replay has other models, routers or λ: ${other}, expected ${held}`);
  }
  return subjects[0].id;
}

function signatureOf({ models, routers, lambdasUsd }: Replay): string {
  const sweep = `${lambdasUsd.length} λ, ${lambdasUsd[0]}..${lambdasUsd[lambdasUsd.length - 2]}`;
  return `${models.join(", ")}; ${routers.map(({ id }) => id).join(", ")}; ${sweep}`;
}

function invalid(what: string): OneheadError {
  return new OneheadError("invalid-argument", `summarizeReplays: ${what}`);
}
