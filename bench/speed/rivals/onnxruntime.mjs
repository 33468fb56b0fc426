// onnxruntime on the export of the same artifact: its own optimiser at its highest level, feeds allocated once and filled for each request.
import { argmaxReward } from "@onehead/core";
import { toOnnx } from "@onehead/onnx";

/**
 * @param ort        `onnxruntime-node` or `onnxruntime-web`
 * @param options    of the session
 * @param decides    whether the choice is made within the graph; else the predictions are read and chosen from in JavaScript
 */
export async function openOnnxRuntime(ort, name, artifact, lambdaUsd, options, decides) {
  const D = artifact.manifest.embedder.dimensions;
  const N = artifact.manifest.candidates.length;
  const preference = { reward: "linear", lambdaUsd };
  const { bytes } = toOnnx(artifact, { preference: decides ? preference : null });
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: "all", ...options });
  const embedding = new Float32Array(D);
  const inputTokens = new Float32Array(1);
  const feeds = {
    embedding: new ort.Tensor("float32", embedding, [1, D]),
    input_tokens: new ort.Tensor("float32", inputTokens, [1]),
  };
  const outputs = decides ? ["quality", "choice"] : ["quality", "cost_usd"];
  const run = async (given, tokens) => {
    embedding.set(given);
    inputTokens[0] = tokens;
    const results = await session.run(feeds, outputs);
    const quality = results.quality.data;
    const index = decides
      ? Number(results.choice.data[0])
      : argmaxReward(preference, quality, results.cost_usd.data, N);
    return { index, quality: quality[index] };
  };
  return { name, waits: true, choose: run, call: run, close: () => session.release() };
}
