import { baselinePredictions } from "@onehead/baselines";
import { type Artifact, type Decision, estimateTokens, jsBackend, OneheadError, Router } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import type { Embedder } from "@onehead/embed";
import { readConfig } from "../config/config.js";
import { artifactEmbedder } from "../embedders/artifact-embedder.js";
import { announce, type PromptCount } from "../embedders/disclosure.js";
import { readArtifactOrDefault } from "../files/default-artifact.js";
import { mergeOptions, type RoutingOptions, routingOptions, splitList } from "./routing-options.js";

// requests for embeddings that are under way while lines are routed
const hostedLines = 16;

/** An artifact's router and embedder with the settings of config file and command line. */
export class PromptRouter {
  readonly artifact: Artifact;
  readonly router: Router;
  /** Prompts that are worth embedding at once: more than one only where each waits for a host. */
  readonly linesAtOnce: number;
  readonly #embedder: Embedder;
  readonly #options: RoutingOptions;

  constructor(artifact: Artifact, router: Router, embedder: Embedder, options: RoutingOptions = {}, linesAtOnce = 1) {
    this.artifact = artifact;
    this.router = router;
    this.linesAtOnce = linesAtOnce;
    this.#embedder = embedder;
    this.#options = options;
    router.assertEmbedder(embedder);
  }

  /** @throws OneheadError "invalid-argument" for an empty prompt; as `Router.decide`, and as the embedder */
  async decide(prompt: string, options: RoutingOptions = {}): Promise<Decision> {
    const merged = mergeOptions(this.#options, options);
    const { inputTokens = estimateTokens(prompt), ...rest } = merged;
    const embedding = await this.embed(prompt);
    return this.router.decide({ ...rest, embedding, inputTokens });
  }

  async embed(prompt: string): Promise<Float32Array> {
    if (prompt === "") throw new OneheadError("invalid-argument", "prompt: empty, expected some text");
    return this.#embedder.embed([prompt]);
  }
}

/**
 * Opens the router that the arguments of `route` or `explain` ask for, and says before where prompts will be sent, if
 * anywhere.
 *
 * @param count of the prompts, null where they are still to be read
 */
export async function openPromptRouter(
  command: string,
  args: Record<string, unknown>,
  count: PromptCount | null,
): Promise<PromptRouter> {
  const text = (name: string): string | undefined => (typeof args[name] === "string" ? args[name] : undefined);
  const { artifact: configured, models, prices, embedder: spec, ...options } = await readConfig(text("config"));
  const artifact = await readArtifactOrDefault(text("artifact") ?? configured);
  const named = text("models");
  const router = new Router(artifact, {
    models: named === undefined ? models : splitList(named),
    prices,
    predictions: baselinePredictions,
    backend: wasmBackend() ?? jsBackend,
  });
  const merged = mergeOptions(options, routingOptions(args));
  const closed = await artifactEmbedder(artifact, text("embedder") ?? spec);
  const { external } = closed;
  if (external !== null) announce(command, external, count, args["json"] === true);
  const embedder = await closed.open();
  const linesAtOnce = external?.host == null ? 1 : hostedLines;
  return new PromptRouter(artifact, router, embedder, merged, linesAtOnce);
}
