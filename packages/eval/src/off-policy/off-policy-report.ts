import {
  formatCount,
  formatDifference,
  formatInterval,
  formatQuality,
  formatUsd,
  formatUsdPerThousand,
} from "../report/format.js";
import { wrap } from "../report/text/plain-text.js";
import { textTable } from "../report/text/text-table.js";
import type { OffPolicyEvaluation, OffPolicySetting } from "./evaluate-off-policy.js";

// beyond this a λ only says "whatever it costs"
const anyPriceUsd = 1e12;

/** The evaluation as an aligned text table, one preference a line, with the reasons where evidence is short. */
export function toOffPolicyReport(
  evaluation: OffPolicyEvaluation,
  { columns = 100 }: { columns?: number } = {},
): string {
  const { settings } = evaluation;
  const cells = (title: string, importance: number, cell: (setting: OffPolicySetting) => string) => ({
    title,
    importance,
    align: "right" as const,
    cells: settings.map(cell),
  });
  const table = textTable(
    [
      { ...cells("right answer", 100, settingName), align: "left" },
      cells("quality", 80, ({ quality }) => formatQuality(quality.doublyRobust.value, 3)),
      cells("$/1k", 75, ({ costUsd }) => perThousand(costUsd.doublyRobust.value)),
      cells("reward", 70, ({ reward }) => formatQuality(reward.doublyRobust.value, 3)),
      cells("log's", 60, ({ reward }) => formatQuality(reward.logged.value, 3)),
      cells("gain", 95, ({ reward }) => formatDifference(reward.difference.value, 3)),
      cells("95 % interval", 95, ({ reward }) =>
        formatInterval(reward.difference, (value) => formatDifference(value, 3)),
      ),
      cells("without model", 40, ({ reward }) => formatDifference(reward.differenceWithoutModel?.value, 3)),
      cells("ESS", 65, ({ weights }) => formatCount(Math.round(weights.effectiveSampleSize))),
      cells("unsupported", 30, ({ unsupported }) => formatCount(unsupported)),
      cells("verdict", 90, ({ verdict }) => verdict),
    ],
    columns,
  );
  const { quality, costUsd } = settings[0];
  const notes = settings.flatMap((setting) =>
    setting.reason === null ? [] : [wrap(`  ${settingName(setting)}: ${setting.reason}`, columns, 4)],
  );
  const { calls, prompts } = evaluation;
  const sections = [
    ...(prompts < calls ? [`${formatCount(calls)} calls of ${formatCount(prompts)} prompts`] : []),
    `The log's router: quality ${formatQuality(quality.logged.value, 3)} ${formatInterval(quality.logged)}, ` +
      `${formatUsdPerThousand(costUsd.logged.value)} for a thousand calls`,
    table,
    ...(notes.length === 0 ? [] : [`Not enough evidence:\n${notes.join("\n")}`]),
    legend(evaluation, columns),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** A correction may overshoot: then the estimate is below 0, and says so. */
function perThousand(usd: number): string {
  return usd < 0 ? `−${formatUsdPerThousand(-usd)}` : formatUsdPerThousand(usd);
}

function settingName({ preference: { lambdaUsd, reward } }: OffPolicySetting): string {
  const worth = lambdaUsd > anyPriceUsd ? "any price" : formatUsd(lambdaUsd);
  return reward === "linear" ? worth : `${worth} (exponential)`;
}

function legend({ outcomeModel, clip }: OffPolicyEvaluation, columns: number): string {
  const model =
    outcomeModel === "artifact" ? "the artifact's own predictions" : "cross-fitted ridge regressions on the log";
  const entries = [
    ["right answer", "what a right answer is worth; reward is quality less cost over that"],
    [
      "quality, $",
      `doubly robust estimates, correcting ${model}${clip === null ? "" : `, weights clipped at ${clip}`}`,
    ],
    ["gain", "reward less that of the log's router, with its bootstrap interval over prompts"],
    ["without model", "the same by self-normalised weights alone"],
    ["ESS", "prompts of the new router that the log is worth; unsupported: choices that it could not have held"],
  ];
  return entries.map(([term, meaning]) => wrap(`${term.padEnd(13)}  ${meaning}`, columns, 15)).join("\n");
}
