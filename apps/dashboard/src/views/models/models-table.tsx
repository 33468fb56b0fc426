import type { ModelReport } from "@onehead/serve";
import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatTokens } from "../../format/format-number.js";
import { ProfileBadge } from "../../parts/badge.js";
import { type Column, DataTable } from "../../parts/data-table.js";
import { WithCode } from "../../parts/with-code.js";
import { ModelPrices } from "./model-prices.js";
import { ModelReach } from "./model-reach.js";

const columns: Column<ModelReport>[] = [
  {
    key: "model",
    label: "Model",
    heads: true,
    cell: ({ id, provider, providerModel, kind }) => (
      <span class="stacked">
        <ModelName model={id} />
        <span class="about">
          {/* only what the id does not say */}
          {id !== `${provider}/${providerModel}` && `${providerModel} at ${provider}`}
          {kind === "embedding" && (id === `${provider}/${providerModel}` ? "embedding" : ", embedding")}
        </span>
      </span>
    ),
  },
  { key: "reach", label: "Reach", cell: (model) => <ModelReach model={model} /> },
  {
    key: "profile",
    label: "Profile",
    cell: ({ profile, kind }) =>
      kind === "embedding" ? (
        "–"
      ) : (
        <span class="stacked">
          <ProfileBadge profile={profile.kind} />
          <span class="about">
            <WithCode text={profile.detail} />
            {(profile.kind === "inherited" || profile.kind === "unknown") && (
              <>
                {profile.detail && ". "}
                <code>onehead probe</code> measures it.
              </>
            )}
          </span>
        </span>
      ),
  },
  { key: "prices", label: "USD for 1M tokens", cell: ({ prices }) => <ModelPrices prices={prices} /> },
  {
    key: "capabilities",
    label: "Capabilities",
    cell: ({ capabilities, kind }) => (
      <span class="stacked">
        <span>
          {formatTokens(capabilities.contextTokens)} in
          {kind === "chat" && `, ${formatTokens(capabilities.maxOutputTokens)} out`}
        </span>
        {kind === "chat" && (
          <span class="about">
            {[capabilities.tools && "tools", capabilities.vision && "vision", capabilities.jsonMode && "JSON mode"]
              .filter(Boolean)
              .join(", ") || "text only"}
          </span>
        )}
      </span>
    ),
  },
];

/** Every model that the gateway knows. */
export function ModelsTable({ models }: { models: readonly ModelReport[] }): JSX.Element {
  return (
    <DataTable
      caption="Models"
      captionHidden
      columns={columns}
      rows={models}
      rowKey={({ id, provider }) => `${provider} ${id}`}
      rowClass={({ candidate }) => (candidate ? undefined : "quiet")}
      cards
      empty="No model fits."
    />
  );
}
