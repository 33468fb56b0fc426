// Other ways to route, for scale: they compute something else, in typed arrays as a good programmer would.
import { createRandom } from "@onehead/core/training";

/** Rows that a nearest-neighbour router keeps. */
const knnRows = 30_000;
const neighbours = 100;
/** Width of RouteLLM's matrix factorisation. */
const factors = 128;

/** Brute-force kNN: cosine to every row, the mean score of the nearest; costs are means. */
export function openKnn({ manifest }, lambdaUsd) {
  const D = manifest.embedder.dimensions;
  const N = manifest.candidates.length;
  const random = createRandom(3);
  const rows = Float32Array.from({ length: knnRows * D }, () => random.uniform() - 0.5);
  const scores = Uint8Array.from({ length: knnRows * N }, () => (random.uniform() < 0.6 ? 1 : 0));
  const costs = Float64Array.from({ length: N }, () => 1e-3 * random.uniform());
  const nearest = new Int32Array(neighbours);
  const similarities = new Float64Array(neighbours);
  const call = (embedding) => {
    similarities.fill(Number.NEGATIVE_INFINITY);
    let least = Number.NEGATIVE_INFINITY;
    let place = 0;
    for (let r = 0, at = 0; r < knnRows; r++, at += D) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let d = 0;
      for (; d + 3 < D; d += 4) {
        s0 += embedding[d] * rows[at + d];
        s1 += embedding[d + 1] * rows[at + d + 1];
        s2 += embedding[d + 2] * rows[at + d + 2];
        s3 += embedding[d + 3] * rows[at + d + 3];
      }
      for (; d < D; d++) s0 += embedding[d] * rows[at + d];
      const similarity = s0 + s1 + s2 + s3;
      if (similarity <= least) continue;
      similarities[place] = similarity;
      nearest[place] = r;
      place = 0;
      for (let i = 1; i < neighbours; i++) if (similarities[i] < similarities[place]) place = i;
      least = similarities[place];
    }
    return bestOf(N, lambdaUsd, costs, (n) => {
      let total = 0;
      for (let i = 0; i < neighbours; i++) total += scores[nearest[i] * N + n];
      return total / neighbours;
    });
  };
  return { name: "kNN, 30,000 rows", call };
}

/** RouteLLM's matrix factorisation without the call for its embedding: w · (p_m ⊙ W e), p_m of unit length; costs are means. */
export function openFactors({ manifest }, lambdaUsd) {
  const D = manifest.embedder.dimensions;
  const N = manifest.candidates.length;
  const random = createRandom(4);
  const draw = (length, scale) => Float32Array.from({ length }, () => scale * random.normal());
  const projection = draw(factors * D, 1 / Math.sqrt(D));
  const models = draw(N * factors, 1 / Math.sqrt(factors));
  const output = draw(factors, 1);
  const costs = Float64Array.from({ length: N }, () => 1e-3 * random.uniform());
  const projected = new Float64Array(factors);
  const call = (embedding) => {
    for (let f = 0, at = 0; f < factors; f++, at += D) {
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let d = 0;
      for (; d + 3 < D; d += 4) {
        s0 += embedding[d] * projection[at + d];
        s1 += embedding[d + 1] * projection[at + d + 1];
        s2 += embedding[d + 2] * projection[at + d + 2];
        s3 += embedding[d + 3] * projection[at + d + 3];
      }
      for (; d < D; d++) s0 += embedding[d] * projection[at + d];
      projected[f] = output[f] * (s0 + s1 + s2 + s3);
    }
    return bestOf(N, lambdaUsd, costs, (n) => {
      let logit = 0;
      for (let f = 0, at = n * factors; f < factors; f++) logit += models[at + f] * projected[f];
      return 1 / (1 + Math.exp(-logit));
    });
  };
  return { name: "matrix factorisation, width 128", call };
}

function bestOf(N, lambdaUsd, costs, qualityOf) {
  let best = 0;
  let bestReward = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < N; n++) {
    const reward = qualityOf(n) - costs[n] / lambdaUsd;
    if (reward > bestReward) {
      best = n;
      bestReward = reward;
    }
  }
  return best;
}
