import type { JSX } from "preact";
import { useGateway } from "../../app/gateway-context.js";
import { modelFill } from "../../charts/model-fill.js";
import type { ChoiceStretch } from "../../decision/choice-stretches.js";

/** The slider's length in the colours of those whom it would choose: where the choice changes. */
export function ChoiceStrip({ stretches, place }: { stretches: readonly ChoiceStretch[]; place: number }): JSX.Element {
  const { slotOf } = useGateway();
  const words = stretches.map(({ model }) => model).join(", then ");
  return (
    <svg
      class="choice-strip"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      role="img"
      aria-label={words === "" ? "No candidates yet" : `From left to right: ${words}`}
    >
      <rect class="bar-track" width="1000" height="10" />
      {stretches.map(({ model, from, to }) => {
        const { class: className, fill } = modelFill(slotOf(model));
        const current = place >= from && (place < to || to === 1);
        return (
          <rect
            key={`${model} ${from}`}
            class={`${className}${current ? "" : " faded"}`}
            fill={fill}
            x={from * 1000}
            width={(to - from) * 1000 - (to < 1 ? 3 : 0)}
            height="10"
          >
            <title>{model}</title>
          </rect>
        );
      })}
    </svg>
  );
}
