import { OneheadError } from "@onehead/core";
import type { BootstrapOptions } from "../bootstrap/bootstrap-aiq.js";
import type { ChosenOn, SavingsAgainst, SavingsResult } from "../evaluation/evaluation-result.js";
import { bestSetting } from "../metrics/best-setting.js";
import { qualityNeutralCost } from "../metrics/quality-neutral-cost.js";
import { costQualityCurve } from "../replay/cost-quality-curve.js";
import type { Replay } from "../replay/replay.js";
import { singleModelPoints } from "../replay/single-models.js";
import { bootstrapSavings, type Savings } from "./bootstrap-savings.js";

/** Fewer prompts than this prove nothing, whatever their interval says: the bootstrap needs some to draw from. */
const fewestPrompts = 100;
/** Where fewer of the held-out rows are complete, those that are may be unlike the rest. */
const leastCompleteShare = 0.5;

export interface SavingsOptions extends BootstrapOptions {
  /** λ of the sweep at which the router is measured; chosen on validation rows unless given. */
  lambdaUsd?: number | undefined;
  /** The model that answers everything today; only compared when given. */
  currentModel?: string | undefined;
}

/**
 * What the router under test would have saved on the held-out rows, had it answered instead of one model: the best (by the
 * validation rows), the dearest, and the one in use.
 *
 * λ is the least one that keeps the best model's quality on the validation rows, and where none does, that of the best quality
 * there; it is the same against every model. Without validation rows λ is chosen in hindsight, which proves nothing and is said.
 *
 * @param subject    index of the router under test
 * @param heldOut    with at least one complete row
 * @param validation with at least one complete row, null for none
 * @throws OneheadError "invalid-argument" for a λ that is not in the sweep, "unknown-model" for a current model that is none
 */
export function savingsOf(
  subject: number,
  heldOut: Replay,
  validation: Replay | null,
  options: SavingsOptions = {},
): SavingsResult {
  const chosenOn: ChosenOn = validation === null ? "held-out" : "validation";
  const choosing = validation ?? heldOut;
  const models = singleModelPoints(choosing);
  const best = bestSetting(models);
  const setting =
    options.lambdaUsd === undefined
      ? neutralSetting(choosing, subject, best)
      : settingOf(heldOut.lambdasUsd, options.lambdaUsd);
  const compared: Array<[SavingsAgainst["against"], number]> = [
    ["best", best],
    ["dearest", models.reduce((dearest, { costUsd }, m) => (costUsd > models[dearest].costUsd ? m : dearest), 0)],
  ];
  if (options.currentModel !== undefined) compared.push(["current", indexOfModel(heldOut, options.currentModel)]);
  const point = costQualityCurve(heldOut, heldOut.routers[subject].choices)[setting];
  const lambdaUsd = heldOut.lambdasUsd[setting];
  const lambdaChosenOn = options.lambdaUsd === undefined ? chosenOn : "given";
  return {
    lambdaUsd: Number.isFinite(lambdaUsd) ? lambdaUsd : null,
    lambdaChosenOn,
    rows: heldOut.completeRows,
    costUsd: point.costUsd,
    quality: point.quality,
    comparisons: compared.map(([against, model]) => {
      const savings = bootstrapSavings([{ replay: heldOut, router: subject, setting, model }], options);
      return {
        against,
        model: heldOut.models[model],
        modelCostUsd: savings.modelCostUsd,
        modelQuality: point.quality - savings.quality.value,
        savedUsd: savings.savedUsd,
        savedShare: savings.savedShare,
        quality: savings.quality,
        ...verdictOf(savings, heldOut, lambdaChosenOn),
      };
    }),
  };
}

/** The least λ that keeps a model's quality; that of the best quality where none does. */
function neutralSetting(replay: Replay, subject: number, model: number): number {
  const points = costQualityCurve(replay, replay.routers[subject].choices);
  return qualityNeutralCost(points, singleModelPoints(replay)[model]).setting ?? bestSetting(points);
}

function settingOf(lambdasUsd: Float64Array, lambdaUsd: number): number {
  const setting = lambdasUsd.indexOf(lambdaUsd);
  if (setting >= 0) return setting;
  const expected = `one of the ${lambdasUsd.length} of the sweep`;
  throw new OneheadError("invalid-argument", `savingsOf: lambdaUsd: ${lambdaUsd}, expected ${expected}`);
}

function indexOfModel({ models }: Replay, model: string): number {
  const index = models.indexOf(model);
  if (index >= 0) return index;
  throw new OneheadError("unknown-model", `savingsOf: currentModel: ${model}, expected one of ${models.join(", ")}`);
}

function verdictOf(
  { savedUsd, quality }: Savings,
  { rows, completeRows, promptKeys }: Replay,
  lambdaChosenOn: SavingsResult["lambdaChosenOn"],
): Pick<SavingsAgainst, "verdict" | "reason" | "qualityChange"> {
  const qualityChange = quality.interval[1] < 0 ? "lower" : quality.interval[0] > 0 ? "higher" : "not-told-apart";
  const notEnough = (reason: string) => ({ verdict: "not-enough-evidence" as const, reason, qualityChange }) as const;
  const prompts = new Set(promptKeys).size;
  if (prompts < fewestPrompts) {
    return notEnough(
      `${prompts} held-out prompts with a score and a cost of every model, at least ${fewestPrompts} are needed`,
    );
  }
  if (completeRows < leastCompleteShare * rows) {
    const found = `${completeRows} of ${rows} held-out rows have a score and a cost of every model`;
    return notEnough(`only ${found}, and they may be unlike the others`);
  }
  if (lambdaChosenOn === "held-out") {
    return notEnough("without validation rows λ was chosen on the rows that it is measured on");
  }
  if (savedUsd.interval[0] > 0) return { verdict: "saves", reason: null, qualityChange };
  if (savedUsd.interval[1] < 0) return { verdict: "costs-more", reason: null, qualityChange };
  return notEnough("the interval of the saving includes none");
}
