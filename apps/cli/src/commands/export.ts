import { type Artifact, resolvePreference } from "@onehead/core";
import { type OnnxPreference, type OnnxRouter, toOnnx } from "@onehead/onnx";
import { defineCommand } from "citty";
import { readConfig } from "../config/config.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { assertWritable, writeFileAtomically } from "../files/write-atomically.js";
import { printable } from "../output/printable.js";
import { UsageError } from "../process/report-failure.js";
import { routingArgs, routingOptions, splitList } from "../routing/routing-options.js";

const { artifact, config, models, reward, json } = routingArgs;

export const exportCommand = defineCommand({
  meta: {
    name: "export",
    description: `Write a router for other runtimes: as an ONNX model, from embeddings to predictions and choice

Examples:
  onehead export --onnx router.onnx
  onehead export --artifact mine.onehead --models small,large --onnx router.onnx
  onehead export --onnx router.onnx --willingness-to-pay 0.01        λ is within the model
  onehead export --onnx router.onnx --predictions-only --json

Inputs: embedding (batch, D), input_tokens (batch) and, unless a flag says what quality is worth, lambda_usd (batch).
Outputs: quality, cost_usd, reward (batch, candidates) and choice (batch), a place among the candidates. The embedder is
not in it, nor are the requirements of route (--allow, --max-cost and the like). Prices are those of the artifact
or of the config file; what else the config file says of preferences is for route alone.`,
  },
  args: {
    onnx: { type: "string", description: "Where the ONNX model goes", valueHint: "FILE", required: true },
    artifact,
    config,
    models,
    "willingness-to-pay": {
      type: "string",
      description: "USD that a right answer is worth, the same for every request",
      valueHint: "USD",
    },
    "cost-quality": {
      type: "string",
      description: "0 (cheapest) to 10 (best), the same for every request",
      valueHint: "0..10",
    },
    reward,
    "predictions-only": { type: "boolean", description: "Quality and cost, and no choice" },
    json,
  },
  async run({ args }) {
    const { onnx: out } = args;
    if (out === "") throw new UsageError("--onnx is empty, expected a path");
    const settings = await readConfig(args.config);
    const path = args.artifact ?? settings.artifact;
    await assertKeepsInputs({ "--onnx": out }, { "--artifact": path, "--config": args.config });
    await assertWritable(out);
    const router = await readArtifactOrDefault(path);
    const exported = toOnnx(router, {
      models: args.models === undefined ? settings.models : splitList(args.models),
      prices: settings.prices,
      preference: preferenceOf(router, args),
    });
    await writeFileAtomically(out, exported.bytes);
    console.log(args.json ? jsonOf(out, router, exported) : describe(out, router, exported));
  },
});

/** What the flags say that quality is worth: λ stays an input where neither knob is turned. */
function preferenceOf({ manifest }: Artifact, args: Record<string, unknown>): OnnxPreference | null {
  const { willingnessToPayUsd, costQuality, reward = "linear" } = routingOptions(args);
  if (args["predictions-only"] === true) {
    for (const flag of ["willingness-to-pay", "cost-quality", "reward"]) {
      if (args[flag] !== undefined) throw new UsageError(`--predictions-only and --${flag} are both given`);
    }
    return null;
  }
  if (willingnessToPayUsd === undefined && costQuality === undefined) return { reward };
  return resolvePreference(routingOptions(args), manifest.dial);
}

function jsonOf(out: string, { manifest }: Artifact, { bytes, ...rest }: OnnxRouter): string {
  const { id, dimensions } = manifest.embedder;
  return JSON.stringify({ onnx: out, bytes: bytes.length, embedder: { id, dimensions }, ...rest });
}

function describe(
  out: string,
  { manifest }: Artifact,
  { bytes, opset, candidates, inputs, outputs }: OnnxRouter,
): string {
  const { id, dimensions } = manifest.embedder;
  const lines = [
    `${out}: ${manifest.name} as ONNX, opset ${opset}, ${bytes.length.toLocaleString("en")} bytes`,
    `inputs      ${inputs.join(", ")}; embeddings of ${id}, ${dimensions} dimensions`,
    `outputs     ${outputs.join(", ")}`,
    `candidates  ${candidates.join(", ")}`,
  ];
  return lines.map(printable).join("\n");
}
