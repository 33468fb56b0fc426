import type { GatewayModel } from "@onehead/serve";
import { describe, expect, it } from "vitest";
import { assertOperatorAddress } from "./providers/assert-operator-address.js";
import { ModelDirectory } from "./serving/model-directory.js";

describe("9: the operator's side, by what stands in docs/threat-model.md", () => {
  it.each([
    "http://169.254.169.254/",
    "http://169.254.170.2",
    "http://0xa9fea9fe",
    "http://2852039166",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]",
    "http://[64:ff9b::a9fe:a9fe]",
    "http://[fd00:ec2::254]",
    "http://[fe80::1]",
    "http://metadata.google.internal/v1",
    "http://METADATA.google.internal.",
    "http://metadata",
    "http://100.100.100.200",
    "http://192.0.0.192",
    "http://instance-data",
    "not an address",
  ])("9.1: %s is no address of a provider", (address) => {
    expect(() => assertOperatorAddress("openai", address)).toThrow(/openai: base URL/);
  });

  it.each([
    "http://localhost:11434",
    "http://10.0.0.3/v1",
    "https://api.openai.com/v1",
    "http://[::1]:8000",
    "http://ollama:11434",
  ])("9.1: %s, which only the operator can give, is one", (address) => {
    expect(() => assertOperatorAddress("openai", address)).not.toThrow();
  });

  it("9.7: names that clients make up reach no address, and are forgotten", () => {
    const asked: string[] = [];
    const names: Record<string, unknown> = {};
    const provider = {
      id: "google",
      kind: "google" as const,
      apiKey: "x",
      baseUrl: undefined,
      names: undefined,
      chat: (model: string): GatewayModel["chat"][number][] => {
        asked.push(model);
        return [];
      },
    };
    const directory = new ModelDirectory({
      providers: new Map([["google", provider]]),
      found: new Map([["google", provider]]),
      names: {},
      listed: { find: () => undefined } as never,
      stated: {},
      today: "2026-11-26",
      echo: false,
      models: [],
      aliases: new Map(),
      own: [],
      onNamed: (id, name) => {
        names[id] = name;
      },
      onForgotten: (id) => delete names[id],
    });
    for (const name of [
      "../x",
      "a/../../x",
      "..",
      ".",
      "a/./b",
      "a b",
      "a\r\nx: y",
      "a\u0000",
      "\u202ea",
      "ä",
      "x".repeat(300),
      "",
    ]) {
      expect(directory.find(`google/${name}`)).toBeUndefined();
      expect(directory.find(`@google/${name}`)).toBeUndefined();
    }
    expect(asked).toEqual([]);
    for (const name of ["__proto__", "constructor", "google", "google/", "/google"])
      expect(directory.find(name)).toBeUndefined();
    for (let i = 0; i < 3_000; i++) expect(directory.find(`google/m${i}`)?.providerModel).toBe(`m${i}`);
    expect(Object.keys(names)).toHaveLength(1_000);
    expect(directory.find("google/m0")?.id).toBe("google/m0");
    expect(directory.models.size).toBe(0);
  });
});
