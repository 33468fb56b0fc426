import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { BoundedNames } from "../observe/bounded-names.js";
import type { CallObserver } from "../observe/call-observer.js";
import type { OpenedCall, SettledCall } from "../state/gateway-state.js";

/** Calls. */
const countedTogether = 16;

export interface Metrics {
  observer: CallObserver;
  expose(): Promise<{ body: string; contentType: string }>;
}

/**
 * Metrics for Prometheus: calls, tokens, spend, latency, overhead, predictions against what came, and drift of the prompts.
 *
 * @param listed whether the gateway lists a model; of others only some have a label of their own
 */
export function prometheusMetrics(openRequests: () => number, listed?: (model: string) => boolean): Metrics {
  const names = new BoundedNames(listed);
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const labelNames = ["model", "provider"] as const;
  const counter = <L extends string>(name: string, help: string, labels: readonly L[]) =>
    new Counter({ name: `onehead_${name}`, help, labelNames: [...labels], registers });
  const calls = counter("calls_total", "Calls that ended, by the model that answered or was tried last", [
    ...labelNames,
    "surface",
    "status",
  ]);
  const tries = counter("tries_total", "Tries of a model, by how they ended", ["model", "outcome"]);
  const tokens = counter("tokens_total", "Tokens billed", [...labelNames, "kind"]);
  const spend = counter("cost_usd_total", "Settled spend", labelNames);
  const predicted = counter("predicted_cost_usd_total", "Predicted cost of the routed calls whose cost is known", [
    "model",
  ]);
  const incurred = counter("compared_cost_usd_total", "Cost of the same calls", ["model"]);
  const unresolved = counter(
    "unresolved_at_most_usd_total",
    "The most that calls can have cost whose cost nobody has said",
    ["model"],
  );
  const selected = counter("selected_total", "Choices of the router", ["model"]);
  const latency = new Histogram({
    name: "onehead_call_duration_seconds",
    help: "From the request to the end of its answer",
    labelNames: ["model"],
    buckets: [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4],
    registers,
  });
  const overhead = new Histogram({
    name: "onehead_overhead_seconds",
    help: "Until something was sent: all of it, and the parts of the embedder and of the decision",
    labelNames: ["part"],
    buckets: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1],
    registers,
  });
  const familiarity = new Histogram({
    name: "onehead_prompt_familiarity",
    help: "How like the training prompts the prompts are; what is low has drifted away from the anchors",
    buckets: [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1],
    registers,
  });
  new Gauge({
    name: "onehead_open_requests",
    help: "Requests under way",
    registers,
    collect() {
      this.set(openRequests());
    },
  });
  const opened = (call: OpenedCall): void => {
    overhead.observe({ part: "all" }, call.overheadUs / 1e6);
    if (!call.routed) return;
    selected.inc({ model: names.of(call.model) });
    overhead.observe({ part: "embed" }, call.embedUs / 1e6);
    overhead.observe({ part: "route" }, call.routeUs / 1e6);
    if (call.familiarity !== null) familiarity.observe(call.familiarity);
  };
  const settled = (call: OpenedCall, end: SettledCall): void => {
    const { provider, costUsd, usage } = end;
    const model = names.of(end.model);
    calls.inc({ model, provider, surface: call.surface, status: end.status });
    for (const tried of end.tries) tries.inc({ model: names.of(tried.model), outcome: tried.outcome });
    const kinds = {
      input: usage.inputTokens,
      cached_input: usage.cachedInputTokens,
      output: usage.outputTokens,
      reasoning: usage.reasoningTokens,
    };
    for (const [kind, count] of Object.entries(kinds)) if (count !== null) tokens.inc({ model, provider, kind }, count);
    if (costUsd !== null) spend.inc({ model, provider }, costUsd);
    if (end.unresolvedAtMostUsd !== null) unresolved.inc({ model }, end.unresolvedAtMostUsd);
    const chosen = call.ranking.find((candidate) => candidate.model === end.model);
    if (costUsd !== null && end.unresolvedTries === 0 && chosen !== undefined && !end.cached) {
      predicted.inc({ model }, chosen.predictedCostUsd);
      incurred.inc({ model }, costUsd);
    }
    latency.observe({ model }, end.latencyMs / 1000);
  };
  // counted together, a little later: one at a time, between what else a request does, they take four times as long
  const openings: OpenedCall[] = [];
  const ends: Array<[OpenedCall, SettledCall]> = [];
  const count = (): void => {
    for (const call of openings.splice(0)) opened(call);
    for (const [call, end] of ends.splice(0)) settled(call, end);
  };
  return {
    observer: {
      opened(call) {
        if (openings.push(call) >= countedTogether) count();
        return (end) => {
          if (ends.push([call, end]) >= countedTogether) count();
        };
      },
    },
    async expose() {
      count();
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
