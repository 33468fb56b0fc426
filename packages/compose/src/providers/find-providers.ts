import { ollamaAddress } from "./ollama-address.js";
import { type ProviderKind, providerDefinitions } from "./provider-definitions.js";

/** Variables by name: of a process, or the bindings of a Worker. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a key by the name of its variable. */
export type ReadSecret = (environment: Environment, name: string) => string | undefined;

/** A provider for which there is a key, or an address of one's own. */
export interface FoundProvider {
  id: string;
  kind: ProviderKind;
  apiKey: string | undefined;
  baseUrl: string | undefined;
  /** Its models by names that do not name it. */
  names: RegExp | undefined;
}

/** What the environment reaches. @throws whatever `readSecret` does */
export function findProviders(environment: Environment, readSecret: ReadSecret = variableOf): FoundProvider[] {
  return Object.entries(providerDefinitions).flatMap(([id, { kind, keys, addresses, baseUrl, names }]) => {
    const apiKey = firstOf(keys, (name) => readSecret(environment, name));
    const address = firstOf(addresses, (name) => variableOf(environment, name));
    if (apiKey === undefined && address === undefined) return [];
    // an address alone is a server of one's own, which may do without a key; a hosted one without it is nobody
    const own = kind === "ollama" && address !== undefined ? ollamaAddress(address) : address;
    return [{ id, kind, apiKey, baseUrl: own ?? baseUrl, names }];
  });
}

/** Every variable that a key may stand in, for messages. */
export function keyNames(): string[] {
  return Object.values(providerDefinitions).flatMap(({ keys }) => keys);
}

function variableOf(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

function firstOf<T>(names: readonly string[], read: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const value = read(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
