/** Shared map of logits: σ(z / temperature + bias). */
export interface Calibration {
  temperature: number;
  bias: number;
}

const newtonSteps = 25;

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
    const dSlope = (gSlope * hBias - gBias * hCross) / determinant;
    const dBias = (gBias * hSlope - gSlope * hCross) / determinant;
    // a full step can overshoot where the start is far off: keep the slope positive
    slope = Math.max(0.05, slope - dSlope);
    bias -= dBias;
    if (Math.abs(dSlope) + Math.abs(dBias) < 1e-10) break;
  }
  return { temperature: 1 / slope, bias };
}
