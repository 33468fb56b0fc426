import { type Artifact, matmulTransposedB, networkModel } from "@onehead/core";
import { tensorData } from "@onehead/core/external";
import type { OnnxGraph } from "../graph/onnx-graph.js";
import type { NetworkPart } from "./network-part.js";

/** Attention over the models, member by member, with what the query does not change folded for the pool. */
export function modelAttention(artifact: Artifact, columns: readonly number[], share: number): NetworkPart {
  const { manifest, tensors } = artifact;
  const { members: S } = networkModel(manifest);
  const M = columns.length;
  const bias = new Float64Array(2 * M);
  for (let s = 0; s < S; s++) {
    const quality = tensorData(tensors, `member.${s}.bias.quality`);
    const cost = tensorData(tensors, `member.${s}.bias.cost`);
    for (let m = 0; m < M; m++) {
      bias[m] += share * quality[columns[m]];
      bias[M + m] += cost[columns[m]] / S;
    }
  }
  return {
    bias,
    addTo(graph: OnnxGraph, sum: string, embedding: string): string {
      let total = sum;
      for (let s = 0; s < S; s++) {
        const said = addMember(graph, artifact, columns, share, s, embedding);
        total = graph.node("Add", `member.${s}.sum`, [said, total]);
      }
      return total;
    },
  };
}

function addMember(
  graph: OnnxGraph,
  { manifest, tensors }: Artifact,
  columns: readonly number[],
  share: number,
  s: number,
  embedding: string,
): string {
  const { members, keyWidth: K, hiddenWidth: H, temperature } = networkModel(manifest);
  const D = manifest.embedder.dimensions;
  const M = columns.length;
  const read = (name: string): Float32Array => tensorData(tensors, `member.${s}.${name}`);
  const name = (part: string): string => `member.${s}.${part}`;
  const constant = (part: string, data: ArrayLike<number>, shape: readonly number[]): string =>
    graph.constant(name(part), data, shape);

  const query = addQuery(graph, name, embedding, read, K, D);
  const keys = pickRows(read("modelKey"), columns, K);
  const scaledKeys = keys.map((value) => (value * temperature) / Math.sqrt(K));
  const scores = graph.node("Gemm", name("scores"), [query, constant("keys", scaledKeys, [M, K])], { transB: 1 });
  const attention = graph.node("Softmax", name("attention"), [scores], { axis: 1 });

  // A_q q + A_o o, through A_o v_m where that is less work: as core decides
  const headQuery = constant("head.query", read("head.query"), [2 * H, K]);
  const ofQuery = graph.node("Gemm", name("shared.query"), [query, headQuery], { transB: 1 });
  const values = pickRows(read("modelValue"), columns, K);
  const shared = name("shared");
  if (M * 2 * H < K * (M + 2 * H)) {
    const folded = new Float32Array(M * 2 * H);
    matmulTransposedB(folded, values, read("head.value"), M, K, 2 * H);
    graph.node("Gemm", shared, [attention, constant("head.attended", folded, [M, 2 * H]), ofQuery]);
  } else {
    const attended = graph.node("MatMul", name("attended"), [attention, constant("values", values, [M, K])]);
    const headValue = constant("head.value", read("head.value"), [2 * H, K]);
    graph.node("Gemm", shared, [attended, headValue, ofQuery], { transB: 1 });
  }

  // the two heads stand side by side: (B, 2, M, H)
  const beside = graph.node("Reshape", name("shared.heads"), [
    shared,
    graph.integers(name("shared.heads.shape"), [-1, 2, 1, H]),
  ]);
  const models = constant("head.model", foldModels(keys, read("head.model"), read("head.bias"), M, K, H), [2, M, H]);
  const inner = graph.node("Add", name("inner"), [beside, models]);
  const hidden = graph.node("Relu", name("hidden"), [inner]);
  const weights = read("head.output").map((c, h) => c * (h < H ? share : 1 / members));
  const said = graph.node("MatMul", name("said.heads"), [hidden, constant("head.output", weights, [2, H, 1])]);
  return graph.node("Reshape", name("said"), [said, graph.integers(name("said.shape"), [-1, 2 * M])]);
}

/** norm(W_q e); the order of the norm's nodes is one that optimisers know and replace by one node. */
function addQuery(
  graph: OnnxGraph,
  name: (part: string) => string,
  embedding: string,
  read: (name: string) => Float32Array,
  K: number,
  D: number,
): string {
  const weights = graph.constant(name("query.weight"), read("query"), [K, D]);
  const plain = graph.node("Gemm", name("query.plain"), [embedding, weights], { transB: 1 });
  const mean = graph.node("ReduceMean", name("query.mean"), [plain], { axes: [1], keepdims: 1 });
  const centred = graph.node("Sub", name("query.centred"), [plain, mean]);
  const squares = graph.node("Pow", name("query.squares"), [centred, graph.constant(name("query.two"), [2], [])]);
  const variance = graph.node("ReduceMean", name("query.variance"), [squares], { axes: [1], keepdims: 1 });
  const epsilon = graph.constant(name("query.epsilon"), [1e-5], []);
  const above = graph.node("Add", name("query.above"), [variance, epsilon]);
  const deviation = graph.node("Sqrt", name("query.deviation"), [above]);
  const standard = graph.node("Div", name("query.standard"), [centred, deviation]);
  const gain = graph.constant(name("query.gain"), read("queryNorm.gain"), [K]);
  const scaled = graph.node("Mul", name("query.scaled"), [standard, gain]);
  return graph.node("Add", name("query"), [scaled, graph.constant(name("query.bias"), read("queryNorm.bias"), [K])]);
}

/** A_k k_m + a of every head and model, (2, M, H). */
function foldModels(
  keys: Float32Array,
  weights: Float32Array,
  bias: Float32Array,
  M: number,
  K: number,
  H: number,
): Float32Array {
  const product = new Float32Array(M * 2 * H);
  matmulTransposedB(product, keys, weights, M, K, 2 * H);
  const models = new Float32Array(2 * M * H);
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < 2 * H; i++) {
      const head = i < H ? 0 : 1;
      models[(head * M + m) * H + (i - head * H)] = product[m * 2 * H + i] + bias[i];
    }
  }
  return models;
}

function pickRows(source: Float32Array, rows: readonly number[], width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    out.set(source.subarray(row * width, (row + 1) * width), i * width);
  });
  return out;
}
