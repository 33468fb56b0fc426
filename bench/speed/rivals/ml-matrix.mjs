// ml-matrix on the folded graph, in the words of its own interface.
import { networkModel } from "@onehead/core";
import { Matrix } from "ml-matrix";
import { foldBuiltIn, foldLiteral } from "../shared/folded.mjs";

const matrixOf = (data, rows, columns) => Matrix.from1DArray(rows, columns, Array.from(data));
const rowOf = (data) => Matrix.rowVector(Array.from(data));
const softmax = (row) => {
  const powers = Matrix.exp(row.clone().sub(row.max()));
  return powers.div(powers.sum());
};

export function openMlMatrix(artifact, lambdaUsd) {
  const isLiteral = networkModel(artifact.manifest).form === "models";
  const folded = isLiteral ? foldLiteral(artifact) : foldBuiltIn(artifact);
  const predict = (isLiteral ? literal : builtIn)(folded);
  const factors = rowOf(folded.factors);
  const inputPrices = rowOf(folded.inputPrices);
  const choose = (embedding, inputTokens) => {
    const [logits, outputs] = predict(rowOf(embedding));
    const quality = Matrix.exp(logits.neg()).add(1).pow(-1);
    const cost = Matrix.exp(outputs).mul(factors).add(Matrix.mul(inputPrices, inputTokens));
    const [, index] = Matrix.sub(quality, cost.div(lambdaUsd)).maxIndex();
    return { index, quality: quality.get(0, index) };
  };
  return { name: "ml-matrix", choose, call: choose };
}

function literal(folded) {
  const { D, N, K, H } = folded.sizes;
  const query = matrixOf(folded.query, D, K);
  const [gain, normBias] = [rowOf(folded.gain), rowOf(folded.normBias)];
  const keys = matrixOf(folded.keys, K, N);
  const headQuery = matrixOf(folded.headQuery, K, 2 * H);
  const attended = folded.attended === null ? null : matrixOf(folded.attended, N, 2 * H);
  const values = matrixOf(folded.values, N, K);
  const headValue = matrixOf(folded.headValue, K, 2 * H);
  const heads = [0, 1].map((i) => ({
    models: matrixOf(folded.models.subarray(i * N * H, (i + 1) * N * H), N, H),
    output: Matrix.columnVector(Array.from(folded.output.subarray(i * H, (i + 1) * H))),
    bias: rowOf(i === 0 ? folded.qualityBias : folded.costBias),
  }));
  return (embedding) => {
    const plain = embedding.mmul(query);
    const centred = plain.sub(plain.mean());
    const deviation = Math.sqrt(centred.dot(centred) / K + 1e-5);
    const q = centred.div(deviation).mul(gain).add(normBias);
    const weights = softmax(q.mmul(keys));
    const ofValues = attended === null ? weights.mmul(values).mmul(headValue) : weights.mmul(attended);
    const shared = q.mmul(headQuery).add(ofValues);
    return heads.map(({ models, output, bias }, i) => {
      const own = shared.subMatrix(0, 0, i * H, (i + 1) * H - 1).getRow(0);
      const hidden = models.clone().addRowVector(own);
      hidden.apply((r, c) => {
        if (hidden.get(r, c) < 0) hidden.set(r, c, 0);
      });
      return hidden.mmul(output).transpose().add(bias);
    });
  };
}

function builtIn(folded) {
  const { D, N, H, P, Q, G } = folded.sizes;
  const { sharpness, near, far, clusterShare } = folded;
  const trunk = matrixOf(folded.trunk, D, H);
  const trunkBias = rowOf(folded.trunkBias);
  const readout = matrixOf(folded.readout, H, 2 * N);
  const bias = rowOf(folded.bias);
  const directions = matrixOf(folded.directions, D, Q);
  const anchors = matrixOf(folded.anchors, Q, P);
  const anchorSquares = rowOf(folded.anchorSquares);
  const values = matrixOf(folded.values, P, 2 * N);
  const means = rowOf(folded.means);
  const clusterKeys = matrixOf(folded.clusterKeys, D, G);
  const clusterBias = rowOf(folded.clusterBias);
  const clusterValues = matrixOf(folded.clusterValues, G, N);
  return (embedding) => {
    const inner = embedding.mmul(trunk).add(trunkBias);
    const angle = Matrix.pow(inner, 3)
      .mul(0.044715)
      .add(inner)
      .mul(Math.sqrt(2 / Math.PI));
    const hidden = Matrix.tanh(angle).add(1).mul(inner).mul(0.5);
    const unit = Matrix.div(embedding, embedding.norm());
    const projected = unit.mmul(directions);
    const squares = projected.dot(projected);
    const distances = projected.mmul(anchors).mul(-2).add(anchorSquares).add(squares);
    const weights = Matrix.exp(distances.mul(-0.5 * sharpness));
    const joint = hidden.mmul(readout).add(weights.mmul(values)).add(bias);
    const p = softmax(unit.mmul(clusterKeys).add(clusterBias)).mmul(clusterValues);
    const logOdds = p.to1DArray().map((share) => {
      const held = Math.min(1 - 2 ** -10, Math.max(2 ** -10, share));
      return clusterShare * Math.log(held / (1 - held));
    });
    const familiarity = Math.min(1, Math.max(0, (far - 1 + squares) / (far - near)));
    joint.add(rowOf([...logOdds, ...new Array(N).fill(0)]));
    const mixed = joint.sub(means).mul(familiarity).add(means);
    return [mixed.subMatrix(0, 0, 0, N - 1), mixed.subMatrix(0, 0, N, 2 * N - 1)];
  };
}
