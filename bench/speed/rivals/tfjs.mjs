// TensorFlow.js on the folded graph: products fused with their biases where it has that, one tidy a request.
import "@tensorflow/tfjs-backend-cpu";
import { networkModel } from "@onehead/core";
import * as wasm from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { foldBuiltIn, foldLiteral } from "../shared/folded.mjs";

let isReady = false;

/** @param {"cpu" | "wasm"} backend */
export async function useTfjs(backend) {
  if (!isReady) {
    wasm.setThreadsCount(1);
    tf.enableProdMode();
    await tf.setBackend("wasm");
    await tf.setBackend("cpu");
    isReady = true;
  }
  tf.setBackend(backend);
  return tf;
}

export async function openTfjs(artifact, lambdaUsd, backend) {
  await useTfjs(backend);
  const isLiteral = networkModel(artifact.manifest).form === "models";
  const folded = isLiteral ? foldLiteral(artifact) : foldBuiltIn(artifact);
  const predict = (isLiteral ? literal : builtIn)(folded);
  const { D } = folded.sizes;
  const factors = tf.tensor1d(folded.factors);
  const inputPrices = tf.tensor1d(folded.inputPrices);
  const scored = (embeddings, inputTokens) => {
    const rows = embeddings.length / D;
    const [logits, outputs] = predict(tf.tensor2d(embeddings, [rows, D]));
    const quality = tf.sigmoid(logits);
    const cost = tf.add(tf.mul(tf.exp(outputs), factors), tf.mul(tf.tensor2d(inputTokens, [rows, 1]), inputPrices));
    return { quality, index: tf.argMax(tf.sub(quality, tf.div(cost, lambdaUsd)), 1) };
  };
  const one = new Float32Array(1);
  const tokensOf = (inputTokens) => {
    one[0] = inputTokens;
    return one;
  };
  return {
    name: `tfjs ${backend}`,
    enter: () => tf.setBackend(backend),
    choose: (embedding, inputTokens) =>
      tf.tidy(() => {
        const { quality, index } = scored(embedding, tokensOf(inputTokens));
        const [place] = index.dataSync();
        return { index: place, quality: quality.dataSync()[place] };
      }),
    call: (embedding, inputTokens) => tf.tidy(() => scored(embedding, tokensOf(inputTokens)).index.dataSync()[0]),
    /** (R) choices of (R, D) embeddings. */
    chooseRows: (embeddings, inputTokens) => tf.tidy(() => scored(embeddings, inputTokens).index.dataSync()),
  };
}

function literal(folded) {
  const { D, N, K, H } = folded.sizes;
  const query = tf.tensor2d(folded.query, [D, K]);
  const [gain, normBias] = [tf.tensor1d(folded.gain), tf.tensor1d(folded.normBias)];
  const keys = tf.tensor2d(folded.keys, [K, N]);
  const headQuery = tf.tensor2d(folded.headQuery, [K, 2 * H]);
  const attended = folded.attended === null ? null : tf.tensor2d(folded.attended, [N, 2 * H]);
  const values = tf.tensor2d(folded.values, [N, K]);
  const headValue = tf.tensor2d(folded.headValue, [K, 2 * H]);
  const models = tf.tensor4d(folded.models, [1, 2, N, H]);
  const output = tf.tensor4d(folded.output, [1, 2, H, 1]);
  const qualityBias = tf.tensor2d(folded.qualityBias, [1, N]);
  const costBias = tf.tensor2d(folded.costBias, [1, N]);
  return (embedding) => {
    const plain = tf.matMul(embedding, query);
    const { mean, variance } = tf.moments(plain, 1, true);
    const q = tf.add(tf.mul(tf.mul(tf.sub(plain, mean), tf.rsqrt(tf.add(variance, 1e-5))), gain), normBias);
    const weights = tf.softmax(tf.matMul(q, keys));
    const ofValues =
      attended === null ? tf.matMul(tf.matMul(weights, values), headValue) : tf.matMul(weights, attended);
    const shared = tf.add(tf.matMul(q, headQuery), ofValues);
    const hidden = tf.relu(tf.add(tf.reshape(shared, [-1, 2, 1, H]), models));
    const [logits, outputs] = tf.split(tf.reshape(tf.matMul(hidden, output), [-1, 2 * N]), 2, 1);
    return [tf.add(logits, qualityBias), tf.add(outputs, costBias)];
  };
}

function builtIn(folded) {
  const { D, N, H, P, Q, G } = folded.sizes;
  const { sharpness, near, far, clusterShare } = folded;
  const trunk = tf.tensor2d(folded.trunk, [D, H]);
  const trunkBias = tf.tensor1d(folded.trunkBias);
  const readout = tf.tensor2d(folded.readout, [H, 2 * N]);
  const bias = tf.tensor1d(folded.bias);
  const directions = tf.tensor2d(folded.directions, [D, Q]);
  // γ x·x_j − γ/2 |x_j|² in one product
  const anchors = tf.tensor2d(
    folded.anchors.map((value) => sharpness * value),
    [Q, P],
  );
  const anchorBias = tf.tensor1d(folded.anchorSquares.map((square) => -0.5 * sharpness * square));
  const values = tf.tensor2d(folded.values, [P, 2 * N]);
  const means = tf.tensor2d(folded.means, [1, 2 * N]);
  const clusterKeys = tf.tensor2d(folded.clusterKeys, [D, G]);
  const clusterBias = tf.tensor1d(folded.clusterBias);
  const clusterValues = tf.tensor2d(folded.clusterValues, [G, N]);
  const fused = (a, b, ofSum) => tf.fused.matMul({ a, b, bias: ofSum });
  return (embedding) => {
    const inner = fused(embedding, trunk, trunkBias);
    const angle = tf.mul(tf.mul(inner, Math.sqrt(2 / Math.PI)), tf.add(tf.mul(tf.square(inner), 0.044715), 1));
    const hidden = tf.mul(tf.mul(inner, 0.5), tf.add(tf.tanh(angle), 1));
    const unit = tf.div(embedding, tf.norm(embedding, 2, 1, true));
    const projected = tf.matMul(unit, directions);
    const squares = tf.sum(tf.square(projected), 1, true);
    const weights = tf.exp(
      tf.minimum(tf.sub(fused(projected, anchors, anchorBias), tf.mul(squares, 0.5 * sharpness)), 0),
    );
    const joint = tf.add(fused(hidden, readout, bias), tf.matMul(weights, values));
    const memberships = tf.softmax(fused(unit, clusterKeys, clusterBias));
    const p = tf.clipByValue(tf.matMul(memberships, clusterValues), 2 ** -10, 1 - 2 ** -10);
    const logOdds = tf.log(tf.div(p, tf.sub(1, p)));
    const familiarity = tf.clipByValue(tf.div(tf.add(squares, far - 1), far - near), 0, 1);
    const [plainLogits, outputs] = tf.split(joint, 2, 1);
    const logits = tf.add(plainLogits, tf.mul(logOdds, clusterShare));
    const [meanLogits, meanOutputs] = tf.split(means, 2, 1);
    const mix = (own, mean) => tf.add(tf.mul(tf.sub(own, mean), familiarity), mean);
    return [mix(logits, meanLogits), mix(outputs, meanOutputs)];
  };
}
