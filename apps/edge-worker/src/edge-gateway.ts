import { buildEngine } from "@onehead/compose";
import { assertOperatorAddress, findProviders } from "@onehead/compose/providers";
import { jsBackend, OneheadError, parseArtifact } from "@onehead/core";
import { wasmBackend } from "@onehead/core/wasm";
import { embedderOf } from "@onehead/embed";
import { createGateway, type Gateway, type Logger, Outcomes, statelessState } from "@onehead/serve";
import packageManifest from "../package.json" with { type: "json" };
import { edgeSettings } from "./edge-settings.js";
import { refusal } from "./refusal.js";
import { textBindings } from "./text-bindings.js";

/**
 * The gateway that a deployment's bindings describe. It keeps nothing from one request to the next but circuit breakers and which
 * model a conversation is with, and those only within one isolate.
 *
 * @returns answers requests; what is wrong with the bindings is the answer to every one of them
 */
export function edgeGateway(
  artifact: Uint8Array,
  bindings: Readonly<Record<string, unknown>>,
): (request: Request) => Response | Promise<Response> {
  try {
    const gateway = gatewayOf(artifact, bindings);
    return (request) => gateway.fetch(request);
  } catch (error) {
    if (!OneheadError.isInstance(error)) throw error;
    logger.error({ error: error.message }, "this deployment cannot serve");
    return () => refusal(error);
  }
}

function gatewayOf(bytes: Uint8Array, bindings: Readonly<Record<string, unknown>>): Gateway {
  const environment = textBindings(bindings);
  const { settings, routing } = edgeSettings(environment);
  const found = findProviders(environment);
  for (const { id, baseUrl } of found) if (baseUrl !== undefined) assertOperatorAddress(id, baseUrl);
  const backend = wasmBackend() ?? jsBackend;
  const artifact = parseArtifact(bytes, { backend });
  const outcomes = new Outcomes();
  const { engine } = buildEngine({
    artifact,
    embedder: embedderOf(artifact, { backend }),
    found,
    config: routing,
    serve: { names: {}, providers: {}, breaker: {}, deadlineMs: 120_000 },
    listed: [],
    // called by itself, as a Worker wants it; a key does not go to wherever an answer points
    fetch: (input, init) => fetch(input, { ...init, redirect: "manual" }),
    outcomes,
    environment,
    nowMs: Date.now(),
  });
  const { version } = packageManifest;
  return createGateway({
    engine: () => engine,
    settings: () => settings,
    state: statelessState(),
    outcomes,
    version,
    logger,
  });
}

/** JSON lines, as the log of a Worker takes them. */
const logger: Logger = {
  info: (fields, message) => console.log(JSON.stringify({ message, ...fields })),
  warn: (fields, message) => console.warn(JSON.stringify({ message, ...fields })),
  error: (fields, message) => console.error(JSON.stringify({ message, ...fields })),
};
