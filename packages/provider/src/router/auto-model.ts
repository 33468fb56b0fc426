import { invalidArgument } from "../errors/provider-error.js";
import type { RoutePreference } from "./router.js";

const names = new Set(["auto", "onehead", "onehead/auto"]);

/**
 * What a model name asks of the router, or null for the name of a model.
 *
 * - `auto`, `onehead/auto`: the router's defaults
 * - `auto:0.01`, `onehead/auto:0.01`: a willingness to pay of 0.01 USD; `auto:inf` takes the best
 * - `router-mf-0.11`, RouteLLM's form: its threshold goes from 0 (always the strong model) to 1 (always the weak one), which is
 *   read as the dial `costQuality` = 10 · (1 − threshold)
 *
 * @throws ProviderError "invalid-argument" for `auto:` with no amount above 0, or a threshold outside 0 to 1
 */
export function parseAutoModel(name: string): RoutePreference | null {
  if (names.has(name)) return {};
  const amount = /^(?:auto|onehead\/auto):(.*)$/s.exec(name);
  if (amount) {
    const willingnessToPayUsd = amount[1] === "inf" ? Number.POSITIVE_INFINITY : numberIn(amount[1]);
    if (willingnessToPayUsd > 0) return { willingnessToPayUsd };
    throw invalidArgument("model", name.slice(0, 40), "auto:<USD>, an amount above 0");
  }
  const threshold = /^router-[\w.]+-(\d+(?:\.\d+)?|\.\d+)$/.exec(name);
  if (threshold === null) return null;
  const value = Number(threshold[1]);
  if (value > 1)
    throw invalidArgument("model", name.slice(0, 40), "router-<name>-<threshold>, a threshold from 0 to 1");
  return { costQuality: 10 * (1 - value) };
}

function numberIn(text: string): number {
  const value = /^(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
