import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { ConfigInput } from "../../config/config-schema.js";
import { readArtifactOrDefault } from "../../files/default-artifact.js";
import { type RunningGateway, runGateway } from "../running-gateway.js";

const artifactFile = fileURLToPath(new URL("../../../artifacts/default.onehead", import.meta.url));

/** USD per million tokens, in and out: another one for each provider, so that a cost tells whose it is. */
const pricesByProvider: Readonly<Record<string, readonly [number, number]>> = {
  openai: [2, 10],
  anthropic: [3, 15],
  google: [1, 5],
};

/** A gateway as `onehead serve` runs it, at a socket of its own, with its log in memory. */
export interface TestGateway extends RunningGateway {
  /** What the log has of a call. */
  decision(id: string): Promise<LoggedDecision>;
  /** Checks that a call is over and paid for by hand-reckoned prices; without waiting: it is settled before its answer ends. */
  settled(id: string | undefined, expected?: Partial<LoggedDecision>): Promise<LoggedDecision>;
}

export interface LoggedDecision {
  status: string;
  surface: string;
  model: string;
  routed: boolean;
  costUsd: number | null;
  unresolvedTries: number;
  usage: { inputTokens: number | null; outputTokens: number | null } | null;
  tries: Array<{ model: string; outcome: string; status: number | null; costUsd: number | null }>;
  ranking: Array<{ model: string; predictedQuality: number; predictedCostUsd: number }>;
  excluded: Array<{ model: string; reason: string }>;
  preference: Record<string, unknown>;
}

/** @param environment providers' keys and addresses; nothing of this process's own is seen */
export async function startGateway(
  environment: Record<string, string> = {},
  config: ConfigInput = {},
): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), "onehead-clients-"));
  const priceFile = join(folder, "prices.json");
  writeFileSync(priceFile, JSON.stringify(await priceList()));
  const configFile = join(folder, "onehead.config.json");
  const priceLists = [{ file: priceFile, format: "litellm" as const, asOf: "2026-11-01" }];
  writeFileSync(configFile, JSON.stringify({ ...config, serve: { retries: 1, priceLists, ...config.serve } }));
  const gateway = await runGateway({
    config: configFile,
    artifact: artifactFile,
    embedder: undefined,
    host: undefined,
    port: 0,
    database: ":memory:",
    environment,
    logger: { info() {}, warn() {}, error: (facts, message) => console.error(message, facts) },
  });
  const headers: Record<string, string> = environment["ONEHEAD_API_KEY"]
    ? { authorization: `Bearer ${environment["ONEHEAD_API_KEY"]}` }
    : {};
  const decision = async (id: string): Promise<LoggedDecision> => {
    const response = await fetch(`${gateway.url}/v1/decisions/${id}`, { headers });
    expect(response.status).toBe(200);
    return (await response.json()) as LoggedDecision;
  };
  return {
    url: gateway.url,
    engine: gateway.engine,
    database: gateway.database,
    reload: () => gateway.reload(),
    decision,
    async settled(id, expected = {}) {
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      const logged = await decision(id ?? "");
      expect(logged).toMatchObject({ status: "answered", unresolvedTries: 0, ...expected });
      const { inputTokens, outputTokens } = logged.usage ?? {};
      expect(inputTokens).toBeGreaterThan(0);
      const provider = gateway.engine.findModel(logged.model)?.provider ?? "";
      // the echo costs nothing
      const [input, output] = pricesByProvider[provider] ?? [0, 0];
      const byHand = ((inputTokens ?? 0) * input + (outputTokens ?? 0) * output) / 1e6;
      expect(logged.costUsd).toBeCloseTo(byHand, 12);
      return logged;
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function priceList(): Promise<object> {
  const { manifest } = await readArtifactOrDefault(artifactFile);
  const entries = manifest.candidates.flatMap(({ id, provider = "" }) => {
    const prices = pricesByProvider[provider];
    if (prices === undefined) return [];
    const [input, output] = prices.map((usd) => usd / 1e6);
    return [
      [id, { litellm_provider: provider, mode: "chat", input_cost_per_token: input, output_cost_per_token: output }],
    ];
  });
  return Object.fromEntries(entries);
}
