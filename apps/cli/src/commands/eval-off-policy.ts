import { type Artifact, OneheadError, type PreferenceOptions } from "@onehead/core";
import type { PromptRow, RowLocation } from "@onehead/data";
import { evaluateOffPolicy, toOffPolicyReport, trainedPrompts } from "@onehead/eval";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { openForPrompts } from "../embedders/open-for-prompts.js";
import { openNamedRows } from "../files/open-named-rows.js";
import { readArtifact } from "../files/read-input.js";
import { writeFileAtomically } from "../files/write-atomically.js";
import { readJudgedLog } from "../log/judged-log.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { UsageError } from "../process/report-failure.js";
import { routingArgs, routingOptions, splitList } from "../routing/routing-options.js";
import { parseNumber } from "./parse-number.js";

/** Options of `eval` that only `--off-policy` has. */
export const offPolicyArgs = {
  "willingness-to-pay": {
    ...routingArgs["willingness-to-pay"],
    description: "With --off-policy: judge at this λ alone",
  },
  "cost-quality": {
    ...routingArgs["cost-quality"],
    description: "With --off-policy: judge at this dial setting alone",
  },
  reward: {
    ...routingArgs.reward,
    description: "With --off-policy: linear or exponential, to override the knob's own",
  },
  "uniform-over": {
    type: "string",
    description: "With --off-policy: the log's models were drawn evenly from these; stands for propensities",
    valueHint: "IDS",
  },
  clip: { type: "string", description: "With --off-policy: largest weight of a call, at least 1" },
  "outcome-model": {
    type: "string",
    description: "With --off-policy: artifact, or ridge for regressions on the log itself",
    valueHint: "artifact|ridge",
  },
} as const;

// what compares with baselines on rows whose scores are all known
const otherFlags = ["training-data", "baselines", "report", "lambda", "current-model"];

/** Judges the artifact on a log in which only the chosen model's result is known, and prints what the log says. */
export async function evalOffPolicy(args: Record<string, unknown>, resamples: number): Promise<void> {
  const text = (name: string): string | undefined => (typeof args[name] === "string" ? args[name] : undefined);
  for (const flag of otherFlags) {
    if (args[flag] !== undefined) throw new UsageError(`--${flag} does not go with --off-policy`);
  }
  const { willingnessToPayUsd, costQuality, reward } = routingOptions(args);
  const given = willingnessToPayUsd !== undefined || costQuality !== undefined;
  if (reward !== undefined && !given) throw new UsageError("--reward needs --willingness-to-pay or --cost-quality");
  const preference: PreferenceOptions = { willingnessToPayUsd, costQuality, reward };
  const uniformOver = text("uniform-over");
  const clip = text("clip");
  const artifact = await readArtifact(String(args["artifact"]));
  const signal = interruptSignal();
  const json = args["json"] === true;
  const database = text("database");
  if (database !== undefined && text("data") !== undefined)
    throw new UsageError("--data does not go with --from-gateway");
  const gateway = database === undefined ? null : await readJudgedLog(database, uniformOver !== undefined, signal);
  const { rows, locate } = gateway ?? fileLog(String(args["data"]), signal);
  const closed = await artifactEmbedder(artifact, text("embedder"));
  const consent = { yes: args["yes"] === true, json, signal };
  const { embedder, sent } = await openForPrompts("eval", closed, promptsOf(artifact, rows()), consent);
  const evaluation = await evaluateOffPolicy({
    artifact,
    embedder,
    rows: rows(),
    locate,
    ...(given ? { preferences: [preference] } : {}),
    ...(uniformOver === undefined ? {} : { uniformOver: splitList(uniformOver) }),
    ...(clip === undefined ? {} : { clip: parseNumber("eval: --clip", clip) }),
    outcomeModel: outcomeModel(text("outcome-model")),
    resamples,
    signal,
  });
  const result = gateway === null ? evaluation : { ...evaluation, gateway: gateway.report };
  const out = text("out");
  if (out !== undefined) await writeFileAtomically(out, `${JSON.stringify(result)}\n`);
  if (json) {
    console.log(JSON.stringify(sent === null ? result : { ...result, sent }));
    return;
  }
  if (gateway !== null && gateway.described !== "") console.log(`Left out of ${database}: ${gateway.described}.`);
  const { calls, trainedOnCalls, withoutOutcome, unknownModels, missingModels } = evaluation;
  const parts = [`${calls} calls`, `${trainedOnCalls} left out because the artifact was trained on their prompts`];
  if (withoutOutcome > 0) parts.push(`${withoutOutcome} without a score or a cost`);
  if (unknownModels.length > 0) parts.push(`models that the artifact does not know: ${unknownModels.join(", ")}`);
  if (missingModels.length > 0) parts.push(`candidates that the log does not hold: ${missingModels.join(", ")}`);
  console.log(`${parts.join("; ")}.\n`);
  process.stdout.write(toOffPolicyReport(evaluation, { columns: Math.max(80, process.stdout.columns ?? 120) }));
}

/** The log in a file, and where its row stands that was read last. */
function fileLog(path: string, signal: AbortSignal): { rows(): AsyncIterable<PromptRow>; locate(): string } {
  let place = "";
  const onRow = ({ file, unit, line }: RowLocation): void => {
    place = `${file} ${unit} ${line}`;
  };
  return { rows: () => openNamedRows(path, { signal, onRow }), locate: () => place };
}

/** Prompts of the calls that count, at most. */
async function* promptsOf(artifact: Artifact, rows: AsyncIterable<PromptRow>): AsyncGenerator<string> {
  const wasTrainedOn = trainedPrompts(artifact);
  for await (const { prompt } of rows) if (!wasTrainedOn(prompt)) yield prompt;
}

function outcomeModel(name = "artifact"): "artifact" | "ridge" {
  if (name === "artifact" || name === "ridge") return name;
  throw new OneheadError("invalid-argument", `eval: --outcome-model: ${name}, expected artifact or ridge`);
}
