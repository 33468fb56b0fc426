import { OneheadError } from "@onehead/core";

/** A router between two models at one setting. */
export interface PairPoint {
  /** Share of prompts that go to the strong model, in [0, 1]. */
  strongShare: number;
  /** Mean score. */
  quality: number;
}

/** RouteLLM's measures for a pair of models. */
export interface PairGap {
  /** Average performance gap recovered: 0.5 for a random mix, 1 at most for strong quality without strong calls. */
  apgr: number;
  /** Least share of strong calls that recovers half of the gap. */
  cpt50: number;
  /** The same for 80 % of the gap. */
  cpt80: number;
}

/**
 * How much of the gap between a weak and a strong model a router recovers for how many strong calls.
 *
 *     PGR(α)  = (q(α) − q_weak)/(q_strong − q_weak)
 *     APGR    = ∫ PGR d(share of strong calls)   from 0 to 1
 *     CPT(x)  = least share of strong calls with PGR ≥ x
 *
 * The polyline through the settings of the sweep, by rising share, is closed by the two models themselves at (0, q_weak)
 * and (1, q_strong). RouteLLM's paper averages PGR at ten equally spaced shares; its repository takes the trapezoid rule, as
 * here.
 *
 * @param points a router at each setting, in any order
 * @param weak, strong mean scores of the two models on the same rows
 * @returns null where the strong model is not better: there is no gap to recover
 * @throws OneheadError "invalid-argument" for a share outside [0, 1] or a quality that is not finite
 * Source: RouteLLM (arXiv 2406.18665), section 2.2; lm-sys/RouteLLM, routellm/evals/evaluate.py
 */
export function pairGap(points: readonly PairPoint[], weak: number, strong: number): PairGap | null {
  for (const [index, { strongShare, quality }] of points.entries()) {
    if (strongShare >= 0 && strongShare <= 1 && Number.isFinite(quality)) continue;
    const found = `strongShare ${strongShare}, quality ${quality}`;
    throw new OneheadError(
      "invalid-argument",
      `pairGap: point ${index} is not usable: ${found}, expected 0..1, finite`,
    );
  }
  if (!(strong > weak)) return null;
  const recovered = [...points]
    .sort((a, b) => a.strongShare - b.strongShare || a.quality - b.quality)
    .map(({ strongShare, quality }) => ({ strongShare, gap: (quality - weak) / (strong - weak) }));
  const closed = [{ strongShare: 0, gap: 0 }, ...recovered, { strongShare: 1, gap: 1 }];
  let apgr = 0;
  for (let i = 1; i < closed.length; i++) {
    const [left, right] = [closed[i - 1], closed[i]];
    apgr += ((right.strongShare - left.strongShare) * (left.gap + right.gap)) / 2;
  }
  return { apgr, cpt50: callThreshold(closed, 0.5), cpt80: callThreshold(closed, 0.8) };
}

/** `closed` runs from gap 0 to gap 1, so that every wanted gap between them is reached. */
function callThreshold(closed: readonly { strongShare: number; gap: number }[], wanted: number): number {
  const right = closed.findIndex(({ gap }) => gap >= wanted);
  const left = closed[right - 1];
  const reached = closed[right];
  const share = (wanted - left.gap) / (reached.gap - left.gap);
  return left.strongShare + share * (reached.strongShare - left.strongShare);
}
