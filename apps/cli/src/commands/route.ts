import { once } from "node:events";
import { type Decision, OneheadError } from "@onehead/core";
import { defineCommand } from "citty";
import { countPrompts } from "../embedders/disclosure.js";
import { decisionTable } from "../output/decision-table.js";
import { printable } from "../output/printable.js";
import { exitCodes, UsageError } from "../process/report-failure.js";
import { mapInOrder } from "../routing/map-in-order.js";
import { openPromptFile, type PromptLine, readPromptLines } from "../routing/prompt-lines.js";
import { openPromptRouter, type PromptRouter } from "../routing/prompt-router.js";
import { routingArgs } from "../routing/routing-options.js";

export const route = defineCommand({
  meta: {
    name: "route",
    description: `Choose a model for a prompt, for every line of a file, or of standard input

Examples:
  onehead route "Prove that the square root of 2 is irrational" --willingness-to-pay 0.01
  onehead route --file prompts.txt --cost-quality 3
  onehead route --json < prompts.jsonl > decisions.jsonl      lines of {"id": …, "prompt": …}
  onehead route --file prompts.txt --artifact mine.onehead --embedder openai:text-embedding-3-small

A line that cannot be routed gives {line, error: {code, message}} in its place; the exit code is then 1.
Fields of a JSON line win over options: willingnessToPayUsd, costQuality, reward, maxCostUsd, minQuality,
inputTokens, allow, deny. Other fields are ignored, and named once on standard error.`,
  },
  args: {
    prompt: { type: "positional", description: "A prompt; standard input unless given", required: false },
    file: { type: "string", description: "Prompts: JSON Lines, or one a line for .txt", valueHint: "FILE" },
    ...routingArgs,
  },
  async run({ args }) {
    if (args.prompt !== undefined && args.file !== undefined) {
      throw new UsageError("a prompt and --file are both given, expected one of them");
    }
    if (args.prompt === undefined && args.file === undefined && process.stdin.isTTY) {
      throw new UsageError("no prompt: give one, or --file, or lines on standard input");
    }
    const count = args.prompt === undefined ? null : countPrompts([args.prompt]);
    const router = await openPromptRouter("route", args, count);
    if (args.prompt !== undefined) {
      const decision = await router.decide(args.prompt);
      console.log(args.json ? JSON.stringify(decision) : decisionTable(decision));
      return;
    }
    const lines =
      args.file === undefined ? readPromptLines(process.stdin, false, "standard input") : openPromptFile(args.file);
    await routeLines(router, lines, args.json === true);
  },
});

async function routeLines(router: PromptRouter, lines: AsyncIterable<PromptLine>, json: boolean): Promise<void> {
  for await (const result of mapInOrder(lines, router.linesAtOnce, (line) => routeLine(router, line))) {
    if ("error" in result) process.exitCode = exitCodes.failed;
    const text = json ? JSON.stringify(result) : describe(result);
    // a slow reader holds the routing back instead of filling memory
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
  }
}

type LineResult =
  | ({ id: string | number } & Decision)
  | { line: number; id?: string | number; error: { code: string; message: string } };

async function routeLine(router: PromptRouter, line: PromptLine): Promise<LineResult> {
  const failed = (error: OneheadError): LineResult => ({
    line: line.line,
    ...(line.id === undefined ? {} : { id: line.id }),
    error: { code: error.code, message: error.message },
  });
  if ("error" in line) return failed(line.error);
  try {
    return { id: line.id, ...(await router.decide(line.prompt, line.options)) };
  } catch (error) {
    if (!OneheadError.isInstance(error)) throw error;
    return failed(error);
  }
}

function describe(result: LineResult): string {
  if ("error" in result) return `line ${result.line}\terror: ${printable(result.error.message)}`;
  const { predictedQuality, predictedCostUsd } = result.ranking[0];
  return `${printable(`${result.id}`)}\t${result.model}\tquality ${predictedQuality.toFixed(3)}\tUSD ${predictedCostUsd.toPrecision(3)}`;
}
