import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { OneheadError } from "@onehead/core";
import { readInput } from "../files/read-input.js";
import { assertNoProto, readJson } from "../files/read-json.js";
import { secretOf } from "../providers/find-providers.js";

/** Where a configuration is looked for, in this order. */
export const configFiles = [
  "onehead.config.json",
  "onehead.config.yaml",
  "onehead.config.yml",
  "onehead.config.ts",
  "onehead.config.mjs",
  "onehead.config.js",
] as const;

/**
 * What a configuration file says: JSON, YAML, or the default export of a module. `${NAME}` in a text of JSON or YAML stands for the
 * environment's value.
 *
 * @throws OneheadError "io", or "invalid-argument" naming the file and what is wrong
 */
export async function loadConfigFile(path: string, environment: NodeJS.ProcessEnv): Promise<unknown> {
  if (/\.[cm]?[jt]s$/.test(path)) return loadModule(path);
  const read = /\.ya?ml$/.test(path) ? await readYaml(path) : await readJson(path);
  return substituted(read, path, "", environment);
}

async function readYaml(path: string): Promise<unknown> {
  const { parse } = await import("yaml");
  const text = (await readInput(path)).toString("utf8");
  try {
    // aliases that unfold into each other fill the memory
    const value: unknown = parse(text, { maxAliasCount: 100 });
    assertNoProto(value, path);
    return value;
  } catch (cause) {
    if (OneheadError.isInstance(cause)) throw cause;
    const { message } = cause as Error;
    throw new OneheadError("invalid-argument", `${path}: not YAML: ${message.split("\n")[0]}`, { cause });
  }
}

async function loadModule(path: string): Promise<unknown> {
  const { createJiti } = await import("jiti");
  const jiti = createJiti(pathToFileURL(`${resolve(".")}/`).href, { moduleCache: false, fsCache: false });
  try {
    const value = await jiti.import(resolve(path), { default: true });
    return typeof value === "function" ? await value() : value;
  } catch (cause) {
    throw new OneheadError(
      "invalid-argument",
      `${path}: cannot be loaded: ${(cause as Error).message.split("\n")[0]}`,
      { cause },
    );
  }
}

function substituted(value: unknown, file: string, field: string, environment: NodeJS.ProcessEnv): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
      const known = secretOf(environment, name);
      if (known !== undefined) return known;
      throw new OneheadError("invalid-argument", `${file}: ${field}: \${${name}} is not set in the environment`);
    });
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry, i) => substituted(entry, file, `${field}[${i}]`, environment));
  return Object.fromEntries(
    Object.entries(value).map(([name, below]) => [
      name,
      substituted(below, file, field === "" ? name : `${field}.${name}`, environment),
    ]),
  );
}
