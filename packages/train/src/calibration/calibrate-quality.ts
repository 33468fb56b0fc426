/** Shared map of logits: σ(z / temperature + bias). */
export interface Calibration {
  temperature: number;
  bias: number;
}

const newtonSteps = 50;
/** The slope stays above 0: a higher logit never means a lower quality. */
const leastSlope = 0.02;

/**
 * The one temperature and bias, shared by all candidates, that minimise the log loss of known scores:
 *
 *   min over a, β of −Σ [s ln σ(a z + β) + (1 − s) ln(1 − σ(a z + β))],  temperature = 1/a
 *
 * by Newton's method on the two parameters (the loss is convex in them), with a slight ridge towards a = 1, β = 0, so
 * that a handful of labels changes nothing. Returns the identity where no score is known.
 *
 * @param logits, scores  same length; NaN scores are unknown
 */
export function calibrateQuality(logits: Float32Array, scores: Float32Array): Calibration {
  let slope = 1;
  let bias = 0;
  const ridge = 5;
  const lossAt = (a: number, b: number): number => penalisedLoss(logits, scores, a, b, ridge);
  let loss = lossAt(slope, bias);
  for (let step = 0; step < newtonSteps; step++) {
    let gSlope = ridge * (slope - 1);
    let gBias = ridge * bias;
    let hSlope = ridge;
    let hBias = ridge;
    let hCross = 0;
    for (let i = 0; i < logits.length; i++) {
      const score = scores[i];
      if (Number.isNaN(score)) continue;
      const z = logits[i];
      const p = 1 / (1 + Math.exp(-(slope * z + bias)));
      const error = p - score;
      const curvature = p * (1 - p);
      gSlope += error * z;
      gBias += error;
      hSlope += curvature * z * z;
      hBias += curvature;
      hCross += curvature * z;
    }
    const determinant = hSlope * hBias - hCross * hCross;
    let dSlope = (gSlope * hBias - gBias * hCross) / determinant;
    let dBias = (gBias * hSlope - gSlope * hCross) / determinant;
    if (slope === leastSlope && dSlope > 0) {
      // logits that say nothing, or the opposite: only the bias is left to move
      dSlope = 0;
      dBias = gBias / hBias;
    }
    // a full step can overshoot where the start is far off: stop at the least slope, and halve until the loss falls
    let share = dSlope > 0 ? Math.min(1, (slope - leastSlope) / dSlope) : 1;
    let next = { slope, bias, loss };
    for (; share > 1e-9; share /= 2) {
      const a = Math.max(leastSlope, slope - share * dSlope);
      const b = bias - share * dBias;
      next = { slope: a, bias: b, loss: lossAt(a, b) };
      if (next.loss < loss) break;
    }
    if (!(next.loss < loss)) break;
    ({ slope, bias, loss } = next);
    // a hair above the bound would make every later step tiny
    if (slope !== leastSlope && slope < 1.001 * leastSlope) {
      slope = leastSlope;
      loss = lossAt(slope, bias);
    }
    if (share * (Math.abs(dSlope) + Math.abs(dBias)) < 1e-10) break;
  }
  return { temperature: 1 / slope, bias };
}

function penalisedLoss(logits: Float32Array, scores: Float32Array, slope: number, bias: number, ridge: number): number {
  let loss = 0.5 * ridge * ((slope - 1) ** 2 + bias ** 2);
  for (let i = 0; i < logits.length; i++) {
    if (Number.isNaN(scores[i])) continue;
    const z = slope * logits[i] + bias;
    // ln(1 + eᶻ) − s z, without overflow
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - scores[i] * z;
  }
  return loss;
}
