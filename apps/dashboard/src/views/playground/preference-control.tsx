import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { choiceStretches } from "../../decision/choice-stretches.js";
import { fromLambda, lambdaRange, toLambda } from "../../decision/lambda-scale.js";
import { type Dial, lambdaOf, type Preference } from "../../decision/preference.js";
import type { Prediction } from "../../decision/rank-candidates.js";
import { formatUsd } from "../../format/format-usd.js";
import { Segmented } from "../../parts/segmented.js";
import { ChoiceStrip } from "./choice-strip.js";

const knobs = [
  { value: "lambda", label: "Worth in USD" },
  { value: "dial", label: "Dial 0–10" },
] as const;

const lambdaAt = (place: number): Preference => ({ willingnessToPayUsd: toLambda(place) });
const dialAt = (place: number): Preference => ({ costQuality: Math.round(place * 100) / 10 });

/** λ on a logarithmic slider, or the dial; above it, whom each place of the slider would choose. */
export function PreferenceControl(props: {
  preference: Preference;
  dial: Dial;
  candidates: readonly Prediction[];
  onChange: (preference: Preference) => void;
}): JSX.Element {
  const { preference, dial } = props;
  const id = useId();
  const byDial = "costQuality" in preference;
  const at = byDial ? dialAt : lambdaAt;
  const place = byDial ? preference.costQuality / 10 : fromLambda(preference.willingnessToPayUsd);
  const value = byDial ? String(preference.costQuality) : formatUsd(preference.willingnessToPayUsd);
  const change = (knob: "lambda" | "dial"): void => {
    // the other knob begins where this one stands, as near as it gets
    const lambdaUsd = lambdaOf(preference, dial);
    if (knob === "lambda") props.onChange(lambdaAt(fromLambda(lambdaUsd)));
    else {
      const reach = Math.log(dial.highUsd / dial.lowUsd);
      const share = reach > 0 ? Math.log(lambdaUsd / dial.lowUsd) / reach : 0.5;
      props.onChange(dialAt(Math.min(1, Math.max(0, share))));
    }
  };
  return (
    <div class="preference">
      <Segmented label="Preference" value={byDial ? "dial" : "lambda"} options={knobs} onChange={change} />
      <div class="preference-head">
        <label class="label" for={id}>
          {byDial ? "From cheapest to best" : "A right answer is worth (λ)"}
        </label>
        <output for={id}>{value}</output>
      </div>
      <ChoiceStrip stretches={choiceStretches(props.candidates, at, dial)} place={place} />
      <input
        id={id}
        type="range"
        min="0"
        max={byDial ? "100" : "240"}
        step="1"
        value={Math.round(place * (byDial ? 100 : 240))}
        aria-valuetext={byDial ? `${value} of 10` : value}
        onInput={(event) => props.onChange(at(Number(event.currentTarget.value) / (byDial ? 100 : 240)))}
      />
      <div class="ends" aria-hidden="true">
        <span>{byDial ? "0 cheapest" : formatUsd(lambdaRange.least)}</span>
        {byDial && <span>λ = {formatUsd(lambdaOf(preference, dial))}</span>}
        <span>{byDial ? "10 best" : formatUsd(lambdaRange.greatest)}</span>
      </div>
    </div>
  );
}
