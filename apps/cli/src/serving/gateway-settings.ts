import { OneheadError } from "@onehead/core";
import type { GatewaySettings } from "@onehead/serve";
import type { ServeConfig } from "./serve-config.js";

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * The gateway's settings of the configuration.
 *
 * @param host what is listened on
 * @throws OneheadError "invalid-argument" for a gateway without a key that others could reach, or with one that can be guessed
 */
export function gatewaySettings(serve: ServeConfig, apiKey: string | undefined, host: string): GatewaySettings {
  if (apiKey === undefined && !loopback.has(host)) {
    throw new OneheadError(
      "invalid-argument",
      `serve: host: ${host} can be reached by others, expected a key in ONEHEAD_API_KEY or serve.apiKey, or a host of 127.0.0.1`,
    );
  }
  // the one of the configuration is checked where that is read
  if (apiKey !== undefined && apiKey.length < 16) {
    throw new OneheadError(
      "invalid-argument",
      "ONEHEAD_API_KEY: shorter than 16 characters, expected a key that cannot be guessed",
    );
  }
  const { cache, corsOrigins, bodyBytes, jsonDepth, bodyTimeoutMs, onDisconnect, drainMs } = serve;
  const { contents, allowPrivateAddresses, maxConcurrentRequests } = serve;
  return {
    apiKey: apiKey ?? null,
    corsOrigins: corsOrigins.map((origin) => new URL(origin).origin),
    bodyBytes,
    jsonDepth,
    bodyTimeoutMs,
    onDisconnect,
    drainMs,
    contents,
    cache: cache === null ? null : { ttlMs: cache.ttlSeconds * 1000, maxBytes: cache.maxBytes },
    allowPrivateAddresses,
    maxConcurrentRequests,
  };
}
