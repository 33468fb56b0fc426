// A worker for an edge runtime (Cloudflare Workers, Deno Deploy, Vercel Edge …): POST {"prompt": "…"} → the model to call.
// Nothing here is Node's. The artifact comes with the request's environment, as a binding or a file of the deployment:
// the edge build below 2 MB, apps/cli/artifacts/default.edge.onehead, or one of your own.
import { estimateTokens, OneheadError, parseArtifact, Router } from "@onehead/core";
import { embedderOf } from "@onehead/embed";

let loading;

/** Parses the artifact once per isolate. */
function load(env) {
  loading ??= env.readArtifact().then((bytes) => {
    const artifact = parseArtifact(bytes);
    return { router: new Router(artifact), embedder: embedderOf(artifact) };
  });
  return loading;
}

export default {
  async fetch(request, env) {
    const { router, embedder } = await load(env);
    const { prompt, willingnessToPayUsd = 0.01 } = await request.json().catch(() => ({}));
    if (typeof prompt !== "string") {
      return Response.json({ error: { code: "invalid-argument", message: "prompt: expected text" } }, { status: 400 });
    }
    try {
      const { model, margin, ranking } = router.decide({
        embedding: embedder.embedSync([prompt]),
        inputTokens: estimateTokens(prompt),
        willingnessToPayUsd,
      });
      return Response.json({ model, margin, predictedCostUsd: ranking[0].predictedCostUsd });
    } catch (error) {
      if (!OneheadError.isInstance(error)) throw error;
      return Response.json({ error: { code: error.code, message: error.message } }, { status: 400 });
    }
  },
};
