import { createHash } from "node:crypto";
import { createRandom } from "@onehead/core/training";
import type { OpenedCall, SettledCall } from "@onehead/serve";
import { openSqliteState } from "@onehead/serve/node";

/** First call of the world, and the time between two of them. */
export const worldStartMs = Date.UTC(2026, 0, 1);
export const worldStepMs = 60_000;

const cost = { small: 0.0001, large: 0.002 } as const;
type Model = keyof typeof cost;

/** A question of one of two kinds: "small" knows sums alone, "large" knows everything. */
export function questionOf(i: number): string {
  return i % 2 === 0 ? `what is ${i} plus ${3 * i}?` : `who ruled kingdom number ${i} of the xylophonists?`;
}

export function scoreOf(i: number, model: Model): number {
  return model === "large" || i % 2 === 0 ? 1 : 0;
}

export interface LoggedWorld {
  path: string;
  calls: number;
  seed?: number;
  /** Share of the calls that were drawn evenly; 0 leaves propensities out. */
  explorationRate?: number;
  /** What one call is made to be, in place of what the world says. */
  change?: (i: number) => {
    opened?: Partial<OpenedCall>;
    settled?: Partial<SettledCall>;
    scores?: number[];
    kept?: boolean;
  };
}

/** Fills a gateway's database through its own interface, seeded. @returns the ids, oldest first */
export async function logWorld({ path, calls, seed = 1, explorationRate = 0, change }: LoggedWorld): Promise<string[]> {
  const random = createRandom(seed);
  const state = await openSqliteState({ path });
  const ids: string[] = [];
  const written: Promise<unknown>[] = [];
  for (let i = 0; i < calls; i++) {
    const { opened = {}, settled = {}, scores, kept = true } = change?.(i) ?? {};
    const best: Model = random.uniform() < 0.5 ? "small" : "large";
    const model: Model = random.uniform() < explorationRate ? (random.uniform() < 0.5 ? "small" : "large") : best;
    const propensity = explorationRate === 0 ? null : explorationRate / 2 + (model === best ? 1 - explorationRate : 0);
    const id = idOf(seed, i);
    ids.push(id);
    const call = openedCall(id, i, model, { propensity, ...opened });
    const request = { model: "auto", messages: [{ role: "user", content: questionOf(i) }] };
    written.push(state.open(call, kept ? { question: questionOf(i), request } : undefined));
    if (call.owner !== "still open") written.push(state.settle(settledCall(id, model, settled), `answer ${i}`));
    for (const score of scores ?? [scoreOf(i, model)])
      written.push(state.addFeedback({ id, timeMs: call.timeMs + 5_000, score, source: "ci", comment: null }));
  }
  await Promise.all(written);
  await state.close();
  return ids;
}

/** A UUID that is the same in every run. */
function idOf(seed: number, i: number): string {
  const hex = createHash("sha256").update(`${seed} ${i}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function openedCall(id: string, i: number, model: Model, changes: Partial<OpenedCall>): OpenedCall {
  const ranking = [{ model, predictedQuality: 0.5, predictedCostUsd: 0.001, uncertainty: null, reward: 0.4 }];
  return {
    id,
    requestId: `req_${i}`,
    timeMs: worldStartMs + i * worldStepMs,
    surface: "chat-completions",
    streamed: false,
    requestedModel: "auto",
    routed: true,
    model,
    provider: "local",
    preference: { lambdaUsd: 0.01 },
    ranking: ranking.map((one) => ({ ...one, profile: "measured" as const })),
    excluded: [],
    conversationId: `talk-${i % 10}`,
    inputTokens: 12,
    familiarity: 0.9,
    propensity: null,
    predictedQuality: 0.5,
    predictedCostUsd: 0.001,
    bestModel: "large",
    bestPredictedCostUsd: 0.002,
    atMostUsd: 0.01,
    overheadUs: 300,
    embedUs: 100,
    routeUs: 50,
    owner: i % 4 === 0 ? "k1" : null,
    ...changes,
  };
}

function settledCall(id: string, model: Model, changes: Partial<SettledCall>): SettledCall {
  return {
    id,
    status: "answered",
    model,
    provider: "local",
    tries: [{ model, outcome: "answered", elapsedMs: 290, costUsd: cost[model] }],
    costUsd: cost[model],
    unresolvedTries: 0,
    unresolvedAtMostUsd: null,
    usage: { inputTokens: 13, cachedInputTokens: null, outputTokens: 40, reasoningTokens: null },
    estimated: false,
    cached: false,
    firstContentMs: 90,
    latencyMs: 300,
    errorCode: null,
    httpStatus: 200,
    responseId: null,
    ...changes,
  };
}
