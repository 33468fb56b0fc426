import { type ChatRequest, costOfCall, type ModelPrices, type TokenPrices } from "@onehead/provider";
import type { GatewayModel } from "./engine.js";

/** An image of the largest size that providers take, which then scale it down. */
const mostTokensPerImage = 6_000;
/** A document that an address points to may be as long as providers take. */
const mostTokensPerFile = 1_000_000;

/**
 * The most that one try of a request can cost, in USD; null where no price is known.
 *
 *   bytes of the body · p_in + most tokens of the answer · p_out
 *
 * with the highest of the prices that may hold: no tokenizer makes more tokens than there are bytes. It is what a call is counted with
 * that ended without anybody saying what it has cost.
 */
export function atMostUsd(model: GatewayModel, request: ChatRequest, bodyBytes: number, answers = 1): number | null {
  const { prices, capabilities } = model;
  if (prices === undefined) return null;
  const most = request.maxOutputTokens ?? capabilities.maxOutputTokens ?? capabilities.contextTokens;
  if (most === undefined) return null;
  const inputTokens = Math.ceil(bodyBytes + mediaTokens(request));
  const usage = { inputTokens, outputTokens: Math.ceil(most) * answers };
  return costOfCall(usage, highest(prices)).usd ?? null;
}

function mediaTokens(request: ChatRequest): number {
  let tokens = 0;
  for (const { content } of request.messages) {
    if (typeof content === "string") continue;
    for (const part of content) {
      if (part.type === "image") tokens += mostTokensPerImage;
      // what is in the body itself is counted by its bytes
      if (part.type === "file" && /^https?:/i.test(String(part.data))) tokens += mostTokensPerFile;
    }
  }
  return tokens;
}

const highestPrices = new WeakMap<ModelPrices, ModelPrices>();

/** Every price at its highest: of long input, of writing to the cache, of reasoning. Found once for each model. */
function highest(prices: ModelPrices): ModelPrices {
  let found = highestPrices.get(prices);
  if (found === undefined) {
    found = Object.freeze(highestOf(prices));
    highestPrices.set(prices, found);
  }
  return found;
}

function highestOf(prices: ModelPrices): ModelPrices {
  const tiers: TokenPrices[] = [prices, ...(prices.longInput ?? [])];
  const top = (pick: (tier: TokenPrices) => Array<number | undefined>): number =>
    Math.max(...tiers.flatMap(pick).filter((price) => price !== undefined));
  return {
    source: prices.source,
    asOf: prices.asOf,
    ...(prices.requestUsd === undefined ? {} : { requestUsd: prices.requestUsd }),
    inputUsdPerMillionTokens: top((tier) => [
      tier.inputUsdPerMillionTokens,
      tier.cacheWriteUsdPerMillionTokens,
      tier.cacheWriteHourUsdPerMillionTokens,
    ]),
    outputUsdPerMillionTokens: top((tier) => [tier.outputUsdPerMillionTokens, tier.reasoningUsdPerMillionTokens]),
  };
}
