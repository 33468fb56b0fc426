import { existsSync } from "node:fs";
import { type Candidate, OneheadError } from "@onehead/core";
import { defineCommand } from "citty";
import { type Config, configFile } from "../config/config.js";
import { assertKeepsInputs } from "../files/assert-keeps-inputs.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { writeFileAtomically } from "../files/write-atomically.js";

/** Environment variables that give access to a provider's models; any one of them will do. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  openai: ["OPENAI_API_KEY"],
  anthropic: ["ANTHROPIC_API_KEY"],
  google: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  mistral: ["MISTRAL_API_KEY"],
  cohere: ["COHERE_API_KEY"],
  groq: ["GROQ_API_KEY"],
  together: ["TOGETHER_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  bedrock: ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"],
  ai21: ["AI21_API_KEY"],
  ollama: ["OLLAMA_HOST"],
};

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
    const providers = providersInEnvironment(process.env);
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

/** Providers with a key; empty values do not count. */
function providersInEnvironment(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(keysOf).filter((provider) => keysOf[provider].some((name) => environment[name]));
}

/** Candidates that one of the providers serves; OpenRouter serves all of them. */
function reachable(candidates: readonly Candidate[], providers: readonly string[]): string[] {
  const everything = providers.includes("openrouter");
  return candidates
    .filter(({ provider }) => everything || (provider !== undefined && providers.includes(provider)))
    .map(({ id }) => id);
}

function describe(file: string, providers: readonly string[], models: readonly string[]): string {
  if (models.length === 0) {
    const names = Object.values(keysOf).flat().join(", ");
    return `${file}: no key found, so all candidates are listed by the router.\nSet one of ${names} and run again.`;
  }
  return `${file}: ${models.length} candidates through ${providers.join(", ")}\n\nNext: onehead route "your prompt"`;
}
