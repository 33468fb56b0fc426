import { readFileSync } from "node:fs";
import { OneheadError } from "@onehead/core";
import { ollamaAddress } from "../embedders/hosted-settings.js";
import { codeOf } from "../files/write-atomically.js";
import { type ProviderKind, providerDefinitions } from "./provider-definitions.js";

/** A provider for which there is a key, or an address of one's own. */
export interface FoundProvider {
  id: string;
  kind: ProviderKind;
  apiKey: string | undefined;
  baseUrl: string | undefined;
  /** Its models by names that do not name it. */
  names: RegExp | undefined;
}

/** What the environment reaches. @throws OneheadError "io" naming a file of a key that cannot be read */
export function findProviders(environment: NodeJS.ProcessEnv): FoundProvider[] {
  return Object.entries(providerDefinitions).flatMap(([id, { kind, keys, addresses, baseUrl, names }]) => {
    const apiKey = firstOf(keys, (name) => secretOf(environment, name));
    const address = firstOf(addresses, (name) => environment[name]?.trim() || undefined);
    if (apiKey === undefined && address === undefined) return [];
    // an address alone is a server of one's own, which may do without a key; a hosted one without it is nobody
    const own = kind === "ollama" && address !== undefined ? ollamaAddress(address) : address;
    return [{ id, kind, apiKey, baseUrl: own ?? baseUrl, names }];
  });
}

/** A key from the environment, or from the file that NAME_FILE names: a secret of Docker or Kubernetes. */
export function secretOf(environment: NodeJS.ProcessEnv, name: string): string | undefined {
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

/** Every variable that a key may stand in, for messages. */
export function keyNames(): string[] {
  return Object.values(providerDefinitions).flatMap(({ keys }) => keys);
}

function firstOf<T>(names: readonly string[], read: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
