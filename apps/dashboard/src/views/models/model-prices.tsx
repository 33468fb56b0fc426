import type { ModelReport } from "@onehead/serve";
import type { JSX } from "preact";
import { formatUtc } from "../../format/format-time.js";
import { formatUsd } from "../../format/format-usd.js";

/** What a million tokens costs, who says so, and how old that is. */
export function ModelPrices({ prices }: { prices: ModelReport["prices"] }): JSX.Element {
  if (prices === null) return <span class="badge warn">no price known</span>;
  const days = `${prices.ageDays} ${prices.ageDays === 1 ? "day" : "days"} old`;
  return (
    <span class="stacked">
      <span class="prices">
        {formatUsd(prices.inputUsdPerMillionTokens)} in, {formatUsd(prices.outputUsdPerMillionTokens)} out
        {prices.cachedInputUsdPerMillionTokens !== null &&
          `, ${formatUsd(prices.cachedInputUsdPerMillionTokens)} cached`}
      </span>
      <span class="about">
        {prices.source}
        {!prices.stale && (
          <>
            ,{" "}
            <time dateTime={prices.asOf} title={formatUtc(prices.asOf)}>
              {days}
            </time>
          </>
        )}
      </span>
      {prices.stale && (
        <time class="badge warn" dateTime={prices.asOf} title={formatUtc(prices.asOf)}>
          {days}
        </time>
      )}
    </span>
  );
}
