import type { Estimate } from "../bootstrap/intervals.js";
import { costQualityHull } from "../curve/cost-quality-hull.js";
import type { CostQualityPoint } from "../curve/cost-quality-point.js";
import { costAtQuality } from "../curve/polyline.js";
import type { CostRange } from "../metrics/aiq.js";
import { aiqHeldOut } from "../metrics/aiq-held-out.js";
import { bestSetting } from "../metrics/best-setting.js";
import { qualityNeutralCost } from "../metrics/quality-neutral-cost.js";
import type { CurveResult, SettingResult } from "./evaluation-result.js";

/** What all curves of one evaluation are measured against. */
export interface CurveContext {
  range: CostRange;
  /** The reference model on the held-out rows. */
  reference: CostQualityPoint;
  /** The same model on the validation rows; null without them. */
  referenceOnValidation: CostQualityPoint | null;
  oracleAiq: number;
}

/** A curve's points and what was computed of it elsewhere. */
export interface CurveInput {
  points: CostQualityPoint[];
  /** The same settings on the validation rows; null without them. */
  validationPoints: CostQualityPoint[] | null;
  aiq: Estimate;
  logAiq: Estimate | null;
  aiqRepository: number | null;
}

/** Reads all figures from a curve, in hindsight and, where there are validation rows, with settings chosen on them. */
export function curveResult(input: CurveInput, context: CurveContext): CurveResult {
  const { points, validationPoints } = input;
  const { range, reference, referenceOnValidation } = context;
  const hull = costQualityHull([range.cheapestPoint, ...points]).map(({ costUsd, quality }) => ({ costUsd, quality }));
  const costAt95 = costAtQuality(hull, 0.95 * reference.quality);
  return {
    points: points.map(({ costUsd, quality }) => ({ costUsd, quality })),
    hull,
    aiq: input.aiq,
    logAiq: input.logAiq,
    aiqHeldOut: validationPoints === null ? null : aiqHeldOut(validationPoints, points, range),
    aiqRepository: input.aiqRepository,
    bestQuality: {
      hindsight: settingResult(points, bestSetting(points)),
      heldOut: validationPoints === null ? null : settingResult(points, bestSetting(validationPoints)),
    },
    qualityNeutralCost: {
      hindsight: qualityNeutralCost(points, reference),
      heldOut:
        validationPoints === null || referenceOnValidation === null
          ? null
          : qualityNeutralCost(validationPoints, referenceOnValidation, { points, model: reference }),
    },
    costAt95: costAt95 === null ? null : { costUsd: costAt95, ratio: ratioOf(costAt95, reference.costUsd) },
    oracleGap: context.oracleAiq - input.aiq.value,
  };
}

function settingResult(points: readonly CostQualityPoint[], setting: number): SettingResult {
  return { setting, costUsd: points[setting].costUsd, quality: points[setting].quality };
}

function ratioOf(costUsd: number, referenceUsd: number): number | null {
  return referenceUsd > 0 ? costUsd / referenceUsd : null;
}
