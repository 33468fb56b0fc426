import { createRandom } from "@onehead/core/training";
import type { LabelledEmbeddings } from "../src/index.js";

const unknown = Number.NaN;

/** One prompt of a test: its embedding, scores and costs (null where unknown), and prompt tokens. */
export interface LabelledRow {
  x: number[];
  scores: Array<number | null>;
  costs?: Array<number | null>;
  tokens?: number;
}

/** A table written out by hand; models are called a, b, c, …; costs are unknown unless given. */
export function labelledRows(rows: LabelledRow[], dimensions = rows[0].x.length): LabelledEmbeddings {
  const N = rows[0]?.scores.length ?? 1;
  const cells = (pick: (row: LabelledRow) => Array<number | null> | undefined): number[] =>
    rows.flatMap((row) => (pick(row) ?? Array(N).fill(null)).map((value) => value ?? unknown));
  return {
    embeddings: Float32Array.from(rows.flatMap((row) => row.x)),
    dimensions,
    table: {
      models: Array.from({ length: N }, (_, m) => String.fromCharCode(97 + m)),
      ids: rows.map((_, r) => `row ${r}`),
      prompts: rows.map((_, r) => `prompt ${r}`),
      datasets: rows.map(() => ""),
      scores: Float32Array.from(cells((row) => row.scores)),
      costs: Float64Array.from(cells((row) => row.costs)),
      inputTokens: Float64Array.from(rows, (row) => row.tokens ?? unknown),
      outputTokens: new Float64Array(rows.length * N).fill(unknown),
    },
  };
}

export interface LearnableOptions {
  rows: number;
  /** Stream of the rows; the problem itself is always the same. */
  stream: number;
  /** Share of labels that are known. */
  known?: number;
}

/**
 * Rows of a problem that can be learnt: D = 8, N = 3, x standard normal, P(score_m = 1) = σ(3 w_m·x + b_m) with unit
 * w_m along different axes, cost_m = p_m · tokens · e^noise with tokens = 100 · e^x₀.
 */
export function learnableRows({ rows, stream, known = 1 }: LearnableOptions): LabelledEmbeddings {
  const D = 8;
  const bias = [0.5, 0, -0.5];
  const priceUsd = [1e-5, 3e-6, 1e-6];
  const random = createRandom(7, stream);
  return labelledRows(
    Array.from({ length: rows }, () => {
      const x = Array.from({ length: D }, () => random.normal());
      const tokens = Math.round(100 * Math.exp(x[0]));
      const isKnown = bias.map(() => random.uniform() < known);
      const scores = bias.map((b, m) => (random.uniform() < 1 / (1 + Math.exp(-3 * x[m + 1] - b)) ? 1 : 0));
      const costs = priceUsd.map((price) => price * tokens * Math.exp(0.2 * random.normal()));
      return {
        x,
        tokens,
        scores: scores.map((score, m) => (isKnown[m] ? score : null)),
        costs: costs.map((cost, m) => (isKnown[m] ? cost : null)),
      };
    }),
  );
}

/** A copy without the labels that `isDropped` names. */
export function withoutLabels(
  part: LabelledEmbeddings,
  isDropped: (row: number, model: number) => boolean,
): LabelledEmbeddings {
  const N = part.table.models.length;
  const scores = part.table.scores.slice();
  const costs = part.table.costs.slice();
  for (let i = 0; i < scores.length; i++) {
    if (!isDropped(Math.floor(i / N), i % N)) continue;
    scores[i] = unknown;
    costs[i] = unknown;
  }
  return { ...part, table: { ...part.table, scores, costs } };
}

/** Column m of a (R, N) matrix. */
export function column(values: ArrayLike<number>, models: number, m: number): number[] {
  return Array.from(values).filter((_, i) => i % models === m);
}
