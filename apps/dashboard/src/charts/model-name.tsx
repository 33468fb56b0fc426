import type { JSX } from "preact";
import { useGateway } from "../app/gateway-context.js";
import { modelFill } from "./model-fill.js";

/** A model's name beside its colour. */
export function ModelName({ model, strong }: { model: string; strong?: boolean }): JSX.Element {
  const { slotOf } = useGateway();
  const slash = model.indexOf("/");
  return (
    <span class={strong ? "model-name strong" : "model-name"}>
      <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
        <rect width="10" height="10" rx="2.5" {...modelFill(slotOf(model))} />
      </svg>
      <span class="model-text">
        {slash > 0 && <span class="model-provider">{model.slice(0, slash + 1)}</span>}
        {slash > 0 && <wbr />}
        {model.slice(slash + 1)}
      </span>
    </span>
  );
}
