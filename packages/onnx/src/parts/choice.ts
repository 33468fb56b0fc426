import type { RewardKind } from "@onehead/core";
import type { OnnxGraph } from "../graph/onnx-graph.js";

// below this predicted quality core's exponential reward no longer tells candidates apart
const qualityFloor = 1e-3;

/**
 * Adds nodes for the reward (B, N) of every candidate.
 *
 * @param lambdas (B) λ, or λ itself where it is the same for all
 */
export function addReward(
  graph: OnnxGraph,
  kind: RewardKind,
  quality: string,
  costUsd: string,
  lambdas: { input: string } | { value: number },
): string {
  const divisor =
    "value" in lambdas
      ? graph.constant("lambda_usd", [lambdas.value], [])
      : graph.node("Unsqueeze", "lambda_usd.column", [lambdas.input, "column.axes"]);
  const price = graph.node("Div", "reward.price", [costUsd, divisor]);
  if (kind === "linear") return graph.node("Sub", "reward", [quality, price]);
  const floor = graph.constant("reward.floor", [qualityFloor], []);
  const held = graph.node("Max", "reward.quality", [quality, floor]);
  return graph.node("Sub", "reward", [graph.node("Log", "reward.worth", [held]), price]);
}

/**
 * Adds nodes for the place (B) of the highest reward, −1 where there is none: ties go to the cheaper candidate, then to the first. What is
 * no number never wins.
 */
export function addChoice(graph: OnnxGraph, reward: string, costUsd: string): string {
  const scalar = (part: string, value: number): string => graph.constant(`choice.${part}`, [value], []);
  const nothing = scalar("nothing", Number.NEGATIVE_INFINITY);
  const missing = graph.node("IsNaN", "choice.missing", [reward]);
  const rewards = graph.node("Where", "choice.rewards", [missing, nothing, reward]);
  const best = graph.node("ReduceMax", "choice.best", [rewards], { axes: [1], keepdims: 1 });
  const ties = graph.node("Equal", "choice.ties", [rewards, best]);
  const never = scalar("never", Number.POSITIVE_INFINITY);
  const costs = graph.node("Where", "choice.costs", [ties, costUsd, never]);
  const places = graph.node("ArgMin", "choice.places", [costs], { axis: 1, keepdims: 1 });
  const any = graph.node("Greater", "choice.any", [best, nothing]);
  const held = graph.node("Where", "choice.column", [any, places, graph.integers("choice.none", [-1])]);
  return graph.node("Squeeze", "choice", [held, "column.axes"]);
}
