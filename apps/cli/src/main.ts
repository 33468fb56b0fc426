#!/usr/bin/env node
import { stripVTControlCharacters } from "node:util";
import { OneheadError } from "@onehead/core";
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import packageManifest from "../package.json" with { type: "json" };
import { usesColors } from "./output/uses-colors.js";
import { assertKnownFlags } from "./process/assert-known-flags.js";
import { exitCodes, reportFailure, UsageError } from "./process/report-failure.js";

// commands are loaded when they are called: start-up stays below what a shell pipe notices
const commands: Record<string, () => Promise<CommandDef>> = {
  route: lazily(() => import("./commands/route.js").then((module) => module.route)),
  score: lazily(() => import("./commands/score.js").then((module) => module.score)),
  explain: lazily(() => import("./commands/explain.js").then((module) => module.explain)),
  serve: lazily(() => import("./commands/serve.js").then((module) => module.serve)),
  log: lazily(() => import("./commands/log.js").then((module) => module.log)),
  train: lazily(() => import("./commands/train.js").then((module) => module.train)),
  eval: lazily(() => import("./commands/eval.js").then((module) => module.evaluateCommand)),
  probe: lazily(() => import("./commands/probe.js").then((module) => module.probe)),
  export: lazily(() => import("./commands/export.js").then((module) => module.exportCommand)),
  convert: lazily(() => import("./commands/convert.js").then((module) => module.convert)),
  inspect: lazily(() => import("./commands/inspect.js").then((module) => module.inspect)),
  init: lazily(() => import("./commands/init.js").then((module) => module.init)),
  demo: lazily(() => import("./commands/demo.js").then((module) => module.demo)),
};

/** citty types a command by its own arguments; a table of commands needs them all alike. */
function lazily<T extends ArgsDef>(load: () => Promise<CommandDef<T>>): () => Promise<CommandDef> {
  return load as unknown as () => Promise<CommandDef>;
}

const root = defineCommand({
  meta: {
    name: "onehead",
    description: `Send each prompt to the model that is worth its money.

Exit codes: 0 done; 1 failed, or some lines failed; 2 wrong usage; 130 interrupted.
Every command takes --json and --help; --version prints the version.`,
  },
  subCommands: commands,
});

async function main(rawArgs: string[]): Promise<number> {
  const [name, ...rest] = rawArgs;
  const asksHelp = rawArgs.includes("--help") || rawArgs.includes("-h");
  if (name === "--version" || name === "-v") {
    console.log(packageManifest.version);
    return exitCodes.done;
  }
  if (name === undefined || name.startsWith("-")) {
    await printUsage(root);
    return name === undefined || asksHelp ? exitCodes.done : exitCodes.usage;
  }
  if (!Object.hasOwn(commands, name)) {
    throw new UsageError(`unknown command: ${name}, expected one of ${Object.keys(commands).join(", ")}`);
  }
  const command = await commands[name]();
  if (asksHelp) {
    await printUsage(command, root);
    return exitCodes.done;
  }
  assertKnownFlags(rest, (command.args ?? {}) as ArgsDef);
  await runCommand(command, { rawArgs: rest });
  return typeof process.exitCode === "number" ? process.exitCode : exitCodes.done;
}

/** citty colours its help wherever it goes. */
async function printUsage(command: CommandDef, parent?: CommandDef): Promise<void> {
  const usage = await renderUsage(command, parent);
  const shown = usesColors(process.stdout) ? usage : stripVTControlCharacters(usage);
  // its columns are padded to the end of the line
  console.log(shown.replace(/[ \t]+$/gm, ""));
}

// a reader that goes away (`| head`) is no failure
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.done);
  // never as JSON: that would go where nothing can be written
  process.exit(reportFailure(new OneheadError("io", `standard output: ${error.code ?? error.message}`), false));
});

const rawArgs = process.argv.slice(2);
main(rawArgs).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.exitCode = reportFailure(error, rawArgs.includes("--json"));
  },
);
