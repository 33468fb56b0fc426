import { OneheadError } from "@onehead/core";
import { type ArtifactEvaluation, evaluateArtifact, promptsToEmbed, toHtmlReport, toTextReport } from "@onehead/eval";
import { defineCommand } from "citty";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { openForPrompts } from "../embedders/open-for-prompts.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { openNamedRows } from "../files/open-named-rows.js";
import { readArtifact } from "../files/read-input.js";
import { assertWritable, writeFileAtomically } from "../files/write-atomically.js";
import { databaseOf, gatewayArgs } from "../log/gateway-database.js";
import { createProgress } from "../output/progress.js";
import { usesColors } from "../output/uses-colors.js";
import { interruptSignal } from "../process/interrupt-signal.js";
import { UsageError } from "../process/report-failure.js";
import { evalOffPolicy, offPolicyArgs } from "./eval-off-policy.js";
import { parseNumber } from "./parse-number.js";

export const evaluateCommand = defineCommand({
  meta: {
    name: "eval",
    description: `Evaluate an artifact on the rows of a file that it was not trained on, against baselines

Examples:
  onehead eval --data rows.jsonl --artifact router.onehead
  onehead eval --data rows.jsonl --artifact router.onehead --report report.html
  onehead eval --data rows.jsonl --artifact router.onehead --current-model gpt-4o
  onehead eval --data new.jsonl --artifact router.onehead --training-data rows.jsonl --json
  onehead eval --off-policy --data log.jsonl --artifact router.onehead
  onehead eval --from-gateway --artifact router.onehead
  onehead eval --data rows.jsonl --artifact mine.onehead --embedder ollama:nomic-embed-text

With --off-policy the rows are the calls of another router, each with the result of the model that it chose and the
propensity of the choice; what this router would have got is estimated from them, with an interval and a verdict.
With --from-gateway they are the calls of the gateway's own log that got feedback, made with serve.explorationRate above 0.`,
  },
  args: {
    data: { type: "string", description: "Recorded rows", valueHint: "FILE" },
    ...gatewayArgs,
    artifact: { type: "string", description: "The router", required: true, valueHint: "FILE" },
    embedder: {
      type: "string",
      description: "The embedder that the router was trained with, if it is not the built-in one",
      valueHint: "NAME",
    },
    yes: { type: "boolean", description: "Send prompts to a hosted embedder without being asked" },
    "training-data": {
      type: "string",
      description: "Rows for the baselines to learn from, when --data is another file than the router's",
      valueHint: "FILE",
    },
    baselines: {
      type: "string",
      description: "Comma-separated names, all (slow) or none; knn-5,knn-10,knn-40,knn,ridge,mlp,bag unless given",
    },
    lambda: {
      type: "string",
      description: "Worth of a right answer at which savings are counted; chosen on validation rows unless given",
      valueHint: "USD",
    },
    "current-model": {
      type: "string",
      description: "The model that answers everything today; savings are counted against it too",
      valueHint: "ID",
    },
    resamples: { type: "string", description: "Of the bootstrap behind the intervals", default: "1000" },
    report: { type: "string", description: "Also write an HTML report", valueHint: "FILE" },
    out: { type: "string", description: "Also write the JSON result", valueHint: "FILE" },
    json: { type: "boolean", description: "Print the JSON result instead of the table" },
    "off-policy": { type: "boolean", description: "Judge on a log in which only the chosen model's result is known" },
    ...offPolicyArgs,
  },
  async run({ args }) {
    const resamples = parseNumber("eval: --resamples", args.resamples);
    if (!Number.isInteger(resamples) || resamples < 2) {
      throw new OneheadError("invalid-argument", `eval: --resamples: ${resamples}, expected a whole number from 2`);
    }
    const lambdaUsd = args.lambda === undefined ? undefined : parseNumber("eval: --lambda", args.lambda);
    if (lambdaUsd !== undefined && !(lambdaUsd > 0)) {
      throw new OneheadError("invalid-argument", `eval: --lambda: ${lambdaUsd}, expected USD above 0`);
    }
    // checked before the rows are read, which may take minutes
    const database = await databaseOf(args);
    await assertKeepsInputs(
      { "--out": args.out, "--report": args.report },
      {
        "--data": args.data,
        "--database": database,
        "--artifact": args.artifact,
        "--training-data": args["training-data"],
      },
    );
    for (const path of [args.out, args.report]) if (path !== undefined) await assertWritable(path);
    if (args["off-policy"] || database !== undefined) {
      await evalOffPolicy({ ...args, database }, resamples);
      return;
    }
    const { data } = args;
    if (data === undefined) throw new UsageError("--data is missing, or --from-gateway");
    for (const flag of Object.keys(offPolicyArgs) as (keyof typeof offPolicyArgs)[]) {
      if (args[flag] !== undefined) throw new UsageError(`--${flag} needs --off-policy`);
    }
    const signal = interruptSignal();
    const progress = createProgress(process.stderr);
    const artifact = await readArtifact(args.artifact);
    const trainingData = args["training-data"];
    const json = args.json === true;
    const closed = await artifactEmbedder(artifact, args.embedder);
    const given = {
      artifact,
      openRows: () => openNamedRows(data, { signal }),
      ...(trainingData === undefined ? {} : { openTrainingRows: () => openNamedRows(trainingData, { signal }) }),
      ...(args.baselines === undefined ? {} : { baselines: baselineNames(args.baselines) }),
    };
    const consent = { yes: args.yes === true, json, signal };
    const { embedder, sent } = await openForPrompts("eval", closed, promptsToEmbed(given), consent);
    const evaluation = await evaluateArtifact({
      ...given,
      embedder,
      lambdaUsd,
      currentModel: args["current-model"],
      resamples,
      signal,
      onProgress: ({ stage, done, total }) =>
        progress.update(total > 0 ? `${stage} (${done} of ${total})` : stage, total > 0 ? done / total : undefined),
    });
    progress.end();
    if (args.out !== undefined) await writeFileAtomically(args.out, `${JSON.stringify(evaluation)}\n`);
    if (args.report !== undefined) {
      const title = `${artifact.manifest.name}: routing evaluation`;
      const subtitle = leftOut(evaluation);
      await writeFileAtomically(args.report, toHtmlReport(evaluation.result, { title, subtitle }));
    }
    if (json) console.log(JSON.stringify(sent === null ? evaluation : { ...evaluation, sent }));
    else printReport(evaluation, args.report);
  },
});

function baselineNames(list: string): string[] {
  return list === "none" ? [] : list.split(",").map((name) => name.trim());
}

function printReport(evaluation: ArtifactEvaluation, report: string | undefined): void {
  const columns = Math.max(80, Math.min(process.stdout.columns ?? 100, 160));
  const colors = usesColors(process.stdout);
  console.log(`${leftOut(evaluation)}\n`);
  process.stdout.write(toTextReport(evaluation.result, { columns, colors }));
  if (report !== undefined) console.log(`\nReport: ${report}`);
}

/** What the evaluation does not count, in one line. */
function leftOut(evaluation: ArtifactEvaluation): string {
  const { rows, trainedOnRows, unknownModels, missingModels, withoutBaselines } = evaluation;
  const parts = [`${rows} rows, ${trainedOnRows} left out because the artifact was trained on their prompts`];
  if (unknownModels.length > 0) parts.push(`models that the artifact does not know: ${unknownModels.join(", ")}`);
  if (missingModels.length > 0) parts.push(`candidates without rows: ${missingModels.join(", ")}`);
  if (withoutBaselines !== null) parts.push(`no learned baselines: ${withoutBaselines}`);
  return `${parts.join("; ")}.`;
}
