import { baselinePredictions } from "@onehead/baselines";
import { type Artifact, type Decision, estimateTokens, OneheadError, Router } from "@onehead/core";
import type { TrainedEmbedder } from "@onehead/embed";
import { readConfig } from "../config/config.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { artifactEmbedder } from "./artifact-embedder.js";
import { mergeOptions, type RoutingOptions, routingOptions, splitList } from "./routing-options.js";

/** An artifact's router and embedder with the settings of config file and command line. */
export class PromptRouter {
  readonly artifact: Artifact;
  readonly router: Router;
  readonly #embedder: TrainedEmbedder;
  readonly #options: RoutingOptions;

  constructor(artifact: Artifact, router: Router, options: RoutingOptions) {
    this.artifact = artifact;
    this.router = router;
    this.#embedder = artifactEmbedder(artifact);
    this.#options = options;
    router.assertEmbedder(this.#embedder);
  }

  /** @throws OneheadError "invalid-argument" for an empty prompt, and as `Router.decide` */
  decide(prompt: string, options: RoutingOptions = {}): Decision {
    const merged = mergeOptions(this.#options, options);
    const { inputTokens = estimateTokens(prompt), ...rest } = merged;
    return this.router.decide({ ...rest, embedding: this.embed(prompt), inputTokens });
  }

  embed(prompt: string): Float32Array {
    if (prompt === "") throw new OneheadError("invalid-argument", "prompt: empty, expected some text");
    return this.#embedder.embedSync([prompt]);
  }
}

/** Opens the router that the arguments of `route` or `explain` ask for. */
export async function openPromptRouter(args: Record<string, unknown>): Promise<PromptRouter> {
  const text = (name: string): string | undefined => (typeof args[name] === "string" ? args[name] : undefined);
  const { artifact: configured, models, prices, ...options } = await readConfig(text("config"));
  const artifact = await readArtifactOrDefault(text("artifact") ?? configured);
  const named = text("models");
  const router = new Router(artifact, {
    models: named === undefined ? models : splitList(named),
    prices,
    predictions: baselinePredictions,
  });
  return new PromptRouter(artifact, router, mergeOptions(options, routingOptions(args)));
}
