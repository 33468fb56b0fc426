// In workerd: a list of jobs as a request's body, a list of results as its answer.
import edgeArtifact from "bundled:artifacts/default.edge.onehead";
import defaultArtifact from "bundled:artifacts/default.onehead";
import { type ArtifactName, type Job, perform } from "./suite.js";

const artifacts: Record<ArtifactName, ArrayBuffer> = {
  "default.onehead": defaultArtifact,
  "default.edge.onehead": edgeArtifact,
};

export default {
  async fetch(request: Request): Promise<Response> {
    const results: unknown[] = [];
    for (const job of (await request.json()) as Job[]) {
      results.push(await perform(job, async (name) => new Uint8Array(artifacts[name])));
    }
    return Response.json(results);
  },
};
