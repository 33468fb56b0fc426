import { type PromptRow, splitOf } from "@onehead/data";
import { trainedPrompts } from "./embedded-rows.js";
import type { EvaluateArtifactOptions } from "./evaluate-artifact.js";

/**
 * The prompts that `evaluateArtifact` embeds at most, to be counted before a hosted embedder is sent them: those that are held
 * out, the validation part of those that baselines learn from, and the rest of these where a baseline is asked for.
 */
export async function* promptsToEmbed({
  artifact,
  openRows,
  openTrainingRows,
  baselines,
}: Pick<EvaluateArtifactOptions, "artifact" | "openRows" | "openTrainingRows" | "baselines">): AsyncGenerator<string> {
  const wasTrainedOn = trainedPrompts(artifact);
  const { seed, validation } = artifact.manifest.training.split;
  const learns = baselines === undefined || baselines.length > 0;
  const isLearntFrom = ({ prompt }: PromptRow): boolean =>
    learns || splitOf(prompt, { seed, holdout: 0, validation }) === "validation";
  for await (const row of openRows()) {
    if (!wasTrainedOn(row.prompt) || (openTrainingRows === undefined && isLearntFrom(row))) yield row.prompt;
  }
  if (openTrainingRows === undefined) return;
  for await (const row of openTrainingRows()) if (isLearntFrom(row)) yield row.prompt;
}
