import type { RoutingSettings } from "@onehead/compose";
import { OneheadError } from "@onehead/core";
import { defaultSettings, type GatewaySettings } from "@onehead/serve";

/** What the variables of a deployment say, beside the keys of providers. */
export interface EdgeSettings {
  settings: GatewaySettings;
  routing: RoutingSettings;
}

/**
 * Reads the variables whose names begin with ONEHEAD_; README.md has them all.
 *
 * @throws OneheadError "invalid-argument" naming the variable, never its value
 */
export function edgeSettings(environment: Readonly<Record<string, string | undefined>>): EdgeSettings {
  const number = (name: string, low: number, high: number): number | undefined => {
    const text = environment[name]?.trim();
    if (!text) return undefined;
    const value = Number(text);
    if (value >= low && value <= high) return value;
    const range = high === Number.POSITIVE_INFINITY ? `a number of at least ${low}` : `a number from ${low} to ${high}`;
    throw invalid(`${name}: expected ${range}`);
  };
  const list = (name: string): string[] | undefined => {
    const entries = environment[name]?.split(",").flatMap((entry) => entry.trim() || []) ?? [];
    return entries.length > 0 ? entries : undefined;
  };
  const willingnessToPayUsd = number("ONEHEAD_WILLINGNESS_TO_PAY_USD", Number.MIN_VALUE, Number.POSITIVE_INFINITY);
  const costQuality = number("ONEHEAD_COST_QUALITY", 0, 10);
  if (willingnessToPayUsd !== undefined && costQuality !== undefined) {
    throw invalid("ONEHEAD_WILLINGNESS_TO_PAY_USD and ONEHEAD_COST_QUALITY are both set, expected one of them");
  }
  return {
    settings: {
      ...defaultSettings,
      apiKey: gatewayKey(environment["ONEHEAD_API_KEY"]?.trim()),
      corsOrigins: (list("ONEHEAD_CORS_ORIGINS") ?? []).map(originOf),
    },
    routing: {
      willingnessToPayUsd,
      costQuality,
      maxCostUsd: number("ONEHEAD_MAX_COST_USD", 0, Number.POSITIVE_INFINITY),
      minQuality: number("ONEHEAD_MIN_QUALITY", 0, 1),
      models: list("ONEHEAD_MODELS"),
      deny: list("ONEHEAD_DENY"),
    },
  };
}

/** A Worker is public: without a key whoever finds its address would spend the keys of its providers. */
function gatewayKey(key: string | undefined): string {
  if (!key) throw invalid("ONEHEAD_API_KEY: not set, expected the key that clients are to send; a Worker is public");
  if (key.length < 16)
    throw invalid("ONEHEAD_API_KEY: shorter than 16 characters, expected a key that cannot be guessed");
  return key;
}

function originOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw invalid("ONEHEAD_CORS_ORIGINS: expected addresses such as https://example.com, with commas between them");
  }
  return new URL(text).origin;
}

function invalid(message: string): OneheadError {
  return new OneheadError("invalid-argument", message);
}
