// Made-up but consistent data of a gateway, equal at every run: models, predictions, calls and their sums.
import type {
  CallStatus,
  CurveReport,
  DecisionReport,
  DecisionSummary,
  LoggedCandidate,
  ModelReport,
  OverviewReport,
  OverviewSums,
  StatusReport,
  SurfaceName,
} from "@onehead/serve";
import { rankCandidates } from "./decision/rank-candidates.js";

const dial = { lowUsd: 2e-5, highUsd: 0.5 };
export const hostileName = 'evil/<img src=x onerror="document.title=1">';

type Row = [
  id: string,
  skill: number,
  input: number,
  output: number,
  profile: LoggedCandidate["profile"],
  circuit?: "open",
];
const rows: Row[] = [
  ["openai/gpt-6.1-sol", 0.93, 5, 25, "measured"],
  ["openai/gpt-6-luna", 0.78, 0.2, 0.8, "measured"],
  ["anthropic/claude-opus-5", 0.92, 6, 30, "inherited"],
  ["anthropic/claude-haiku-5", 0.8, 0.5, 2.5, "measured"],
  ["google/gemini-4-pro", 0.9, 2, 12, "inherited"],
  ["google/gemini-4-flash", 0.76, 0.1, 0.4, "probed"],
  ["mistral/mistral-large-4", 0.82, 1, 4, "measured", "open"],
  ["mistral/ministral-3-8b-instruct-2512", 0.58, 0.04, 0.04, "measured"],
  ["deepseek/deepseek-v4", 0.84, 0.3, 1.1, "inherited"],
  ["ollama/qwen4-8b", 0.55, 0, 0, "unknown"],
];

/** 0..1 from a whole number, equal everywhere. */
export function chance(seed: number): number {
  let x = (seed + 1) * 0x9e3779b1;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

const details = {
  measured: "4,812 rows",
  probed: "36 scored prompts",
  inherited: "from an older relative, at today's price",
  unknown: "Nothing is known but the mean of all models",
} as const;

export function models(hostile: boolean): ModelReport[] {
  const chat = rows.map(([id, , input, output, profile, circuit], index): ModelReport => {
    const [provider, name] = id.split("/");
    return {
      id,
      provider,
      providerModel: name,
      kind: "chat",
      reachable: true,
      candidate: true,
      reason: null,
      profile: { kind: profile, detail: details[profile] },
      prices: {
        inputUsdPerMillionTokens: input,
        outputUsdPerMillionTokens: output,
        cachedInputUsdPerMillionTokens: index % 3 === 0 ? input / 10 : null,
        source: provider === "ollama" ? "yours" : "models.dev",
        asOf: "2026-09-01T00:00:00.000Z",
        ageDays: index === 6 ? 214 : 12,
        stale: index === 6,
      },
      capabilities: {
        contextTokens: index % 2 === 0 ? 1_000_000 : 128_000,
        maxOutputTokens: 32_000,
        tools: index !== 7,
        vision: index % 2 === 0,
        jsonMode: index !== 9,
      },
      circuit: circuit ?? "closed",
    };
  });
  const further: ModelReport[] = [
    {
      ...chat[3],
      id: hostile ? hostileName : "cohere/command-b",
      provider: "cohere",
      providerModel: "command-b-03-2027",
      reachable: false,
      candidate: false,
      reason: "COHERE_API_KEY is not set",
      profile: { kind: "unknown", detail: "" },
      prices: null,
      circuit: "closed",
    },
    {
      ...chat[1],
      id: "openai/text-embedding-4-small",
      provider: "openai",
      providerModel: "text-embedding-4-small",
      kind: "embedding",
      candidate: false,
      reason: "embeddings are asked for by name",
    },
  ];
  return [...chat, ...further];
}

/** Predictions for a prompt: the harder it looks, the further the models are apart. */
export function candidatesFor(prompt: string, seed = prompt.length): Array<Omit<LoggedCandidate, "reward">> {
  const hardness = Math.min(1, 0.25 + prompt.length / 160);
  const inputTokens = Math.max(1, Math.round(prompt.length / 4));
  return rows.map(([model, skill, input, output, profile], index) => ({
    model,
    predictedQuality: Math.min(
      0.99,
      Math.max(0.02, 1 - hardness * (1 - skill) * 2 + (chance(seed * 31 + index) - 0.5) * 0.06),
    ),
    predictedCostUsd: (inputTokens * input + (80 + 500 * hardness) * output) / 1e6,
    uncertainty: profile === "unknown" ? null : profile === "inherited" ? 0.14 : 0.05,
    profile,
  }));
}

export function status(options: { empty: boolean; protected: boolean; nowMs: number }): StatusReport {
  return {
    version: "0.9.0",
    startedAt: new Date(options.nowMs - 5 * 86_400_000).toISOString(),
    protected: options.protected,
    contents: { kept: true, retentionDays: 30 },
    durable: true,
    providers: ["openai", "anthropic", "google", "mistral", "deepseek", "ollama"].map((id) => ({
      id,
      host: `api.${id}.example`,
      candidates: 2,
      circuitsOpen: id === "mistral" ? 1 : 0,
    })),
    artifact: { name: "default", candidates: rows.length, embedder: "static-english" },
    preference: { willingnessToPayUsd: 0.01, costQuality: null },
    dial,
    notices: options.empty
      ? ["No key of a provider is set: the echo provider answers, which repeats what it is asked and costs nothing."]
      : [
          "3 candidates inherit the profile of an older relative; `onehead probe` measures one on prompts of yours.",
          "The price of mistral/mistral-large-4 is 214 days old.",
        ],
  };
}

const statuses: CallStatus[] = [
  "answered",
  "answered",
  "answered",
  "answered",
  "answered",
  "failed",
  "left",
  "answered",
];
const surfaces: SurfaceName[] = ["chat-completions", "chat-completions", "messages", "responses", "embeddings"];
const questions = [
  "What is the capital of Australia?",
  "Prove that the square root of 2 is irrational, and say where the proof fails for 4.",
  "Summarise this contract in five points and name the clause that worries you the most: <script>alert('no')</script>",
  "Write a haiku about routers.",
];
export const decisionCount = 130;

/** The i-th newest decision, with its why. */
export function decision(i: number, nowMs: number, hostile: boolean): DecisionReport {
  const question = questions[i % questions.length];
  const routed = i % 9 !== 4;
  const ranking = rankCandidates(candidatesFor(question, i), { willingnessToPayUsd: i % 2 ? 0.01 : 0.002 }, dial);
  const state: CallStatus = i === 0 ? "open" : i === 17 ? "unresolved" : statuses[i % statuses.length];
  const fell = i % 7 === 3 && routed;
  const answered = fell ? ranking[1] : ranking[0];
  const cost = state === "answered" ? answered.predictedCostUsd * (0.7 + chance(i) * 0.6) : null;
  const at = new Date(nowMs - i * 1_733_000 - 40_000).toISOString();
  const scored = i % 5 === 1 && state === "answered";
  return {
    object: "onehead.decision",
    id: decisionId(i),
    at,
    surface: surfaces[i % surfaces.length],
    status: state,
    requestedModel: routed ? "auto" : hostile && i === 4 ? hostileName : answered.model,
    model: answered.model,
    predictedQuality: routed ? answered.predictedQuality : null,
    predictedCostUsd: answered.predictedCostUsd,
    costUsd: cost,
    latencyMs: state === "open" || state === "unresolved" ? null : 300 + Math.round(chance(i + 900) * 6000),
    fallbacks: fell ? 1 : 0,
    feedback: scored ? (i % 2 ? 1 : 0) : null,
    routed,
    requestId: `req_${i.toString(16).padStart(8, "0")}`,
    preference: { willingnessToPayUsd: i % 2 ? 0.01 : 0.002, reward: "linear" },
    ranking: routed ? ranking : [],
    excluded: routed ? [{ model: "cohere/command-b", reason: "unreachable", detail: "COHERE_API_KEY is not set" }] : [],
    inputTokens: Math.round(question.length / 4),
    familiarity: routed ? 0.82 + chance(i + 50) * 0.18 : null,
    tries:
      state === "open"
        ? []
        : [
            ...(fell
              ? [
                  {
                    model: ranking[0].model,
                    outcome: "failed",
                    elapsedMs: 212,
                    error: "overloaded: the provider asked to come back later",
                    status: 529,
                    costUsd: 0,
                  },
                ]
              : []),
            {
              model: answered.model,
              outcome: state === "answered" ? "answered" : state,
              elapsedMs: 1200 + Math.round(chance(i + 3) * 3000),
              error: state === "failed" ? "timeout: no byte within 30 s" : null,
              status: state === "answered" ? 200 : null,
              costUsd: cost,
            },
          ],
    usage:
      state === "answered"
        ? {
            inputTokens: Math.round(question.length / 4),
            cachedInputTokens: 0,
            outputTokens: 240 + (i % 90),
            reasoningTokens: i % 3 ? null : 64,
          }
        : null,
    estimated: i % 6 === 2,
    cached: i % 11 === 5,
    unresolvedTries: state === "unresolved" ? 1 : 0,
    unresolvedAtMostUsd: state === "unresolved" ? 0.042 : null,
    firstContentMs: state === "answered" ? 180 + Math.round(chance(i + 70) * 600) : null,
    overheadUs: { total: 410 + (i % 60), embed: 120 + (i % 20), route: 95 + (i % 15) },
    feedbackScores: scored
      ? [{ at, score: i % 2, source: "alice", comment: i % 2 ? null : "misses the <b>second</b> half" }]
      : [],
    contents: {
      question,
      answer: state === "answered" ? "Canberra.\n\nIt was chosen as a compromise between Sydney and Melbourne." : null,
    },
  };
}

export function decisionId(i: number): string {
  return `00000000-0000-4000-8000-${i.toString(16).padStart(12, "0")}`;
}

export function summaryOf(full: DecisionReport): DecisionSummary {
  const { id, at, surface, status: state, requestedModel, model, predictedQuality, predictedCostUsd } = full;
  const { costUsd, latencyMs, fallbacks, feedback } = full;
  return {
    id,
    at,
    surface,
    status: state,
    requestedModel,
    model,
    predictedQuality,
    predictedCostUsd,
    costUsd,
    latencyMs,
    fallbacks,
    feedback,
  };
}

function sums(calls: number, seed: number, price: number): OverviewSums {
  const failed = Math.round(calls * 0.012 * chance(seed));
  const costUsd = calls * price;
  return {
    calls,
    answered: calls - failed,
    failed,
    cached: Math.round(calls * 0.06),
    costUsd,
    unresolvedTries: 0,
    unresolvedAtMostUsd: 0,
    predictedCostUsd: costUsd * 1.07,
    comparedCostUsd: costUsd * 0.98,
    savedUsd: calls === 0 ? null : costUsd * 1.9,
    alwaysBestUsd: calls === 0 ? null : costUsd * 2.9,
    meanPredictedQuality: calls === 0 ? null : 0.83 + 0.06 * chance(seed + 5),
    meanFeedback: calls === 0 ? null : 0.78 + 0.1 * chance(seed + 6),
    feedbackScores: Math.round(calls * 0.07),
    drift: calls === 0 ? null : 0.08,
    latencyMs: calls === 0 ? { p50: null, p95: null } : { p50: seed % 2 ? 800 : 1600, p95: seed % 3 ? 6400 : 12_800 },
  };
}

export function overview(from: string, to: string, bucket: "hour" | "day", empty: boolean): OverviewReport {
  const stepMs = bucket === "hour" ? 3_600_000 : 86_400_000;
  const start = Date.parse(from);
  const count = Math.max(1, Math.round((Date.parse(to) - start) / stepMs));
  const price = (output: number): number => 0.00002 + output * 0.00035;
  const perModel = new Map<string, number>();
  const buckets = Array.from({ length: count }, (_, i) => {
    const calls: Record<string, number> = {};
    const busy =
      (bucket === "hour" ? 18 : 300) * (0.6 + 0.8 * Math.sin((i / count) * Math.PI)) * (0.7 + 0.6 * chance(i));
    rows.forEach(([model, , , output], at) => {
      const share = (0.35 / (1 + at * 0.9)) * (0.5 + chance(i * 17 + at)) * (output > 20 ? 0.8 : 1.2);
      const made = empty || (bucket === "hour" && i === 3) ? 0 : Math.round(busy * share);
      if (made > 0) calls[model] = made;
      perModel.set(model, (perModel.get(model) ?? 0) + made);
    });
    const total = Object.values(calls).reduce((sum, made) => sum + made, 0);
    const spent = rows.reduce((sum, [model, , , output]) => sum + (calls[model] ?? 0) * price(output), 0);
    return {
      start: new Date(start + i * stepMs).toISOString(),
      totals: sums(total, i, total ? spent / total : 0),
      calls,
    };
  });
  const all = [...perModel.values()].reduce((sum, made) => sum + made, 0);
  const spent = buckets.reduce((sum, { totals }) => sum + totals.costUsd, 0);
  return {
    from,
    to,
    bucket,
    totals: {
      ...sums(all, 1, all ? spent / all : 0),
      ...(empty ? {} : { unresolvedTries: 2, unresolvedAtMostUsd: 0.084 }),
    },
    models: empty
      ? []
      : rows.map(([model, , , output], i) => ({ model, ...sums(perModel.get(model) ?? 0, i, price(output)) })),
    buckets,
  };
}

export function curve(empty: boolean): CurveReport {
  if (empty) return { prompts: 0, router: [], models: [], chosen: null };
  const prompts = Array.from({ length: 60 }, (_, i) => candidatesFor("x".repeat(10 + ((i * 37) % 150)), i));
  const mean = (pick: (candidates: (typeof prompts)[number]) => (typeof prompts)[number][number]) => {
    const picked = prompts.map(pick);
    return {
      meanCostUsd: picked.reduce((sum, { predictedCostUsd }) => sum + predictedCostUsd, 0) / prompts.length,
      meanQuality: picked.reduce((sum, { predictedQuality }) => sum + predictedQuality, 0) / prompts.length,
    };
  };
  const at = (willingnessToPayUsd: number) =>
    mean((candidates) => rankCandidates(candidates, { willingnessToPayUsd }, dial)[0]);
  return {
    prompts: prompts.length,
    router: Array.from({ length: 13 }, (_, i) => 10 ** (-5 + i / 2.4)).map((lambda) => ({
      willingnessToPayUsd: lambda,
      ...at(lambda),
    })),
    models: rows.map(([model], i) => ({ model, ...mean((candidates) => candidates[i]) })),
    chosen: { ...at(0.004), meanQuality: at(0.004).meanQuality - 0.004 },
  };
}
