import { existsSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import { describeIssue } from "../files/read-prices.js";
import { type Config, configSchema } from "./config-schema.js";
import { configFiles, loadConfigFile } from "./load-config-file.js";

/** What `onehead init` writes. */
export const configFile = "onehead.config.json";

/** The configuration file that would be read: the named one, or the first that is here; undefined where there is none. */
export function findConfigFile(path: string | undefined): string | undefined {
  return path ?? configFiles.find((name) => existsSync(name));
}

/**
 * The named config file, or the one in this folder, or none.
 *
 * @throws OneheadError "io", or "invalid-argument" naming file and field
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  const file = findConfigFile(path);
  if (file === undefined) return {};
  const parsed = configSchema.safeParse(await loadConfigFile(file, process.env));
  if (!parsed.success) throw new OneheadError("invalid-argument", `${file}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}
