import type { ModelReport } from "@onehead/serve";
import type { JSX } from "preact";
import { WithCode } from "../../parts/with-code.js";

const circuitWords = {
  closed: null,
  open: "circuit open: it failed lately and is left alone",
  "half-open": "circuit half open: one call tries it again",
} as const;

/** Whether a model can be reached and chosen, and why not. */
export function ModelReach({ model }: { model: ModelReport }): JSX.Element {
  const circuit = circuitWords[model.circuit];
  const [tone, word] = !model.reachable
    ? ["plain", "not set up"]
    : model.circuit !== "closed"
      ? ["bad", model.circuit === "open" ? "paused" : "trying again"]
      : model.candidate
        ? ["good", "candidate"]
        : ["plain", "by name only"];
  return (
    <span class="stacked">
      <span class={`badge ${tone}`}>{word}</span>
      {model.reason !== null && (
        <span class="about">
          <WithCode text={model.reason} />
        </span>
      )}
      {circuit !== null && <span class="about">{circuit}</span>}
    </span>
  );
}
