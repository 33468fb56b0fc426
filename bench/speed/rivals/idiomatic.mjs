// The router as a good programmer writes it straight from the equations of docs/design/model.md: arrays of numbers, map and reduce, nothing folded,
// nothing kept from one request to the next. The literal form puts [q, o, k_m] through both heads' first layer for every model.
import { networkModel } from "@onehead/core";

const sum = (values) => values.reduce((total, value) => total + value, 0);
const dot = (a, b) => a.reduce((total, value, i) => total + value * b[i], 0);
const times = (matrix, x) => matrix.map((row) => dot(row, x));
const add = (a, b) => a.map((value, i) => value + b[i]);
const softmax = (logits) => {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = sum(powers);
  return powers.map((power) => power / total);
};
const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const gelu = (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const layerNorm = (x, gain, bias) => {
  const mean = sum(x) / x.length;
  const deviation = Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / x.length + 1e-5);
  return x.map((value, i) => ((value - mean) / deviation) * gain[i] + bias[i]);
};
const weightedSum = (weights, rows) => rows[0].map((_, c) => sum(weights.map((weight, r) => weight * rows[r][c])));

/** (rows, columns) as an array of rows. */
function rowsOf({ shape, data }) {
  const columns = shape[1];
  return Array.from({ length: shape[0] }, (_, r) => Array.from(data.slice(r * columns, (r + 1) * columns)));
}

export function openIdiomatic(artifact, lambdaUsd) {
  const { form } = networkModel(artifact.manifest);
  const predict = form === "models" ? literal(artifact) : builtIn(artifact);
  const { candidates } = artifact.manifest;
  return {
    name: "idiomatic number[][]",
    choose(embedding, inputTokens) {
      const scored = predict(Array.from(embedding)).map(({ logit, output }, n) => {
        const { smearing, prices } = candidates[n];
        const { inputUsdPerMillionTokens, outputUsdPerMillionTokens } = prices;
        const tokensUsd =
          smearing * Math.exp(output) * outputUsdPerMillionTokens + inputTokens * inputUsdPerMillionTokens;
        const quality = sigmoid(logit);
        return { index: n, quality, reward: quality - tokensUsd / 1e6 / lambdaUsd };
      });
      return scored.reduce((best, candidate) => (candidate.reward > best.reward ? candidate : best));
    },
  };
}

function literal({ manifest, tensors }) {
  const { keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const matrix = (name) => rowsOf(tensors.get(`member.0.${name}`));
  const vector = (name) => Array.from(tensors.get(`member.0.${name}`).data);
  const [ofQuery, ofValue, ofModel] = ["head.query", "head.value", "head.model"].map(matrix);
  // (2H, 3K): the first layer of both heads, over [q, o, k_m]
  const first = ofQuery.map((row, h) => [...row, ...ofValue[h], ...ofModel[h]]);
  const [query, keys, values] = ["query", "modelKey", "modelValue"].map(matrix);
  const [gain, normBias, headBias, output] = ["queryNorm.gain", "queryNorm.bias", "head.bias", "head.output"].map(
    vector,
  );
  const [qualityBias, costBias] = ["bias.quality", "bias.cost"].map(vector);
  return (embedding) => {
    const q = layerNorm(times(query, embedding), gain, normBias);
    const weights = softmax(keys.map((key) => (temperature * dot(q, key)) / Math.sqrt(K)));
    const o = weightedSum(weights, values);
    return keys.map((key, m) => {
      const hidden = add(times(first, [...q, ...o, ...key]), headBias).map((x) => Math.max(0, x));
      return {
        logit: qualityBias[m] + dot(hidden.slice(0, H), output.slice(0, H)),
        output: costBias[m] + dot(hidden.slice(H), output.slice(H)),
      };
    });
  };
}

function builtIn({ manifest, tensors }) {
  const { members: S, rank: R, kernel, clusters } = networkModel(manifest);
  const matrix = (name) => rowsOf(tensors.get(name));
  const vector = (name) => Array.from(tensors.get(name).data);
  const members = Array.from({ length: S }, (_, s) => {
    const query = matrix(`member.${s}.lowRank.query`);
    return {
      weight: matrix(`member.${s}.trunk.weight`),
      bias: vector(`member.${s}.trunk.bias`),
      quality: {
        z: query.slice(0, R),
        g: query[R],
        u: matrix(`member.${s}.lowRank.quality`),
        b: vector(`member.${s}.bias.quality`),
      },
      cost: {
        z: query.slice(R + 1, 2 * R + 1),
        g: query[2 * R + 1],
        u: matrix(`member.${s}.lowRank.cost`),
        b: vector(`member.${s}.bias.cost`),
      },
    };
  });
  const readout = ({ z, g, u, b }, hidden) => {
    const query = times(z, hidden);
    const difficulty = dot(g, hidden);
    return u.map((own, m) => b[m] + dot(query, own) + difficulty);
  };
  const [directions, anchors] = ["kernel.directions", "kernel.anchors"].map(matrix);
  const [valuesOfQuality, valuesOfCost] = ["kernel.value.quality", "kernel.value.cost"].map(matrix);
  const [meanLogits, meanCosts] = ["kernel.mean.quality", "kernel.mean.cost"].map(vector);
  const [clusterKeys, clusterValues] = ["clusters.key", "clusters.value"].map(matrix);
  const clusterBias = vector("clusters.bias");
  const { weight: w, sharpness, near, far } = kernel;
  const c = clusters.weight;

  return (embedding) => {
    const read = members.map(({ weight, bias, quality, cost }) => {
      const hidden = add(times(weight, embedding), bias).map(gelu);
      return { logits: readout(quality, hidden), outputs: readout(cost, hidden) };
    });
    const length = Math.sqrt(dot(embedding, embedding));
    const unit = embedding.map((value) => value / length);
    const projected = times(directions, unit);
    const novelty = 1 - dot(projected, projected);
    const familiarity = Math.min(1, Math.max(0, (far - novelty) / (far - near)));
    const weights = anchors.map((anchor) =>
      Math.exp(-0.5 * sharpness * sum(anchor.map((x, i) => (x - projected[i]) ** 2))),
    );
    const kernelLogits = add(meanLogits, weightedSum(weights, valuesOfQuality));
    const kernelCosts = weightedSum(weights, valuesOfCost);
    const memberships = softmax(add(times(clusterKeys, unit), clusterBias));
    const clusterMeans = weightedSum(memberships, clusterValues);
    return meanLogits.map((mean, m) => {
      const p = Math.min(1 - 2 ** -10, Math.max(2 ** -10, clusterMeans[m]));
      const logit =
        (1 - c) * ((1 - w) * (sum(read.map(({ logits }) => logits[m])) / S) + w * kernelLogits[m]) +
        c * Math.log(p / (1 - p));
      const output = sum(read.map(({ outputs }) => outputs[m])) / S + kernelCosts[m];
      return {
        logit: familiarity * logit + (1 - familiarity) * mean,
        output: familiarity * output + (1 - familiarity) * meanCosts[m],
      };
    });
  };
}
