import { readFileSync } from "node:fs";
import { type FoundProvider, findProviders as findIn } from "@onehead/compose/providers";
import { OneheadError } from "@onehead/core";
import { codeOf } from "../files/write-atomically.js";

/** What the environment reaches, with keys in files too. @throws OneheadError "io" naming a file of a key that cannot be read */
export function findProviders(environment: NodeJS.ProcessEnv): FoundProvider[] {
  return findIn(environment, secretOf);
}

/** A key from the environment, or from the file that NAME_FILE names: a secret of Docker or Kubernetes. */
export function secretOf(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = environment[name]?.trim();
  if (value) return value;
  const file = environment[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (cause) {
    throw new OneheadError("io", `${name}_FILE: cannot be read: ${codeOf(cause)}`, { cause });
  }
}
