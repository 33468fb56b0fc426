import { existsSync } from "node:fs";
import { keyNames } from "@onehead/compose/providers";
import { type Candidate, OneheadError } from "@onehead/core";
import { defineCommand } from "citty";
import { configFile } from "../config/config.js";
import type { Config } from "../config/config-schema.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { writeFileAtomically } from "../files/write-atomically.js";
import { findProviders } from "../providers/find-providers.js";

export const init = defineCommand({
  meta: {
    name: "init",
    description: `Write ${configFile} with the candidates that the keys in the environment reach

Only the names of the variables are looked at; no value is read into the file.

Examples:
  onehead init
  OPENAI_API_KEY=… onehead init --force`,
  },
  args: {
    artifact: { type: "string", description: "The router; the built-in one unless given", valueHint: "FILE" },
    out: { type: "string", description: "The file to write", default: configFile, valueHint: "FILE" },
    force: { type: "boolean", description: "Replace a file that is there" },
    json: { type: "boolean", description: "JSON instead of text" },
  },
  async run({ args }) {
    await assertKeepsInputs({ "--out": args.out }, { "--artifact": args.artifact });
    if (existsSync(args.out) && !args.force) {
      throw new OneheadError("io", `init: ${args.out} is there already; --force replaces it`);
    }
    const artifact = await readArtifactOrDefault(args.artifact);
    const providers = findProviders(process.env).map(({ id }) => id);
    const models = reachable(artifact.manifest.candidates, providers);
    const config: Config = {
      ...(args.artifact === undefined ? {} : { artifact: args.artifact }),
      ...(models.length === 0 ? {} : { models }),
      willingnessToPayUsd: 0.01,
    };
    await writeFileAtomically(args.out, `${JSON.stringify(config, null, 2)}\n`);
    if (args.json) console.log(JSON.stringify({ file: args.out, providers, models, config }));
    else console.log(describe(args.out, providers, models));
  },
});

/** Candidates that one of the providers serves; OpenRouter serves all of them. */
function reachable(candidates: readonly Candidate[], providers: readonly string[]): string[] {
  const everything = providers.includes("openrouter");
  return candidates
    .filter(({ provider }) => everything || (provider !== undefined && providers.includes(provider)))
    .map(({ id }) => id);
}

function describe(file: string, providers: readonly string[], models: readonly string[]): string {
  if (models.length === 0) {
    const names = keyNames().join(", ");
    return `${file}: no key found, so all candidates are listed by the router.\nSet one of ${names} and run again.`;
  }
  return `${file}: ${models.length} candidates through ${providers.join(", ")}\n\nNext: onehead route "your prompt"`;
}
