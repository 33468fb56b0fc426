/** A question of no great length, so that what is measured is the start. */
const prompt = "What is the capital of Australia?";
const willingnessToPayUsd = 0.01;

/**
 * What stands between a start and the first decision, on the fastest kernels that the runtime takes, with the milliseconds of each step: zeros
 * where the clock stands still.
 *
 * @param importPackages gives the exports of core, core/wasm and embed, and `staticEnglish` where the artifact needs it
 * @param readArtifact   gives the artifact's bytes
 */
export async function firstDecision(importPackages, readArtifact) {
  const steps = {};
  let last = performance.now();
  const step = (name) => {
    const now = performance.now();
    steps[name] = now - last;
    last = now;
  };
  const packages = await importPackages();
  const { estimateTokens, jsBackend, parseArtifact, Router, wasmBackend, embedderOf, staticEnglish } = packages;
  step("import");
  const bytes = await readArtifact();
  step("read");
  const backend = wasmBackend() ?? jsBackend;
  step("kernels");
  const artifact = parseArtifact(bytes, { backend });
  step("parse");
  const embedder = embedderOf(artifact, {
    tables: staticEnglish === undefined ? [] : [staticEnglish(backend)],
    backend,
  });
  step("embedder");
  const router = new Router(artifact, { backend });
  step("router");
  const embedding = embedder.embedSync([prompt]);
  const decision = router.decide({ embedding, inputTokens: estimateTokens(prompt), willingnessToPayUsd });
  step("decide");
  const { model, ranking } = decision;
  const [{ predictedQuality, predictedCostUsd }] = ranking;
  return { steps, decision: { model, predictedQuality, predictedCostUsd, backend: decision.backend } };
}
