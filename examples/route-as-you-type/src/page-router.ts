import { type Artifact, type Backend, type Decision, estimateTokens, Router } from "@onehead/core";
import { embedderOf, type TrainedEmbedder } from "@onehead/embed";

/** The router and the embedder of an artifact, on one set of kernels: what a prompt needs, without a network. */
export class PageRouter {
  readonly backend: Backend["name"];
  readonly #router: Router;
  readonly #embedder: TrainedEmbedder;

  constructor(artifact: Artifact, backend: Backend) {
    this.#router = new Router(artifact, { backend });
    this.#embedder = embedderOf(artifact, { backend });
    this.#router.assertEmbedder(this.#embedder);
    this.backend = this.#router.backend;
  }

  embed(prompt: string): Float32Array {
    return this.#embedder.embedSync([prompt]);
  }

  decide(embedding: Float32Array, prompt: string, willingnessToPayUsd: number): Decision {
    return this.#router.decide({ embedding, inputTokens: estimateTokens(prompt), willingnessToPayUsd });
  }
}
