import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { GatewayError } from "../api/gateway-error.js";
import { requestJson } from "../api/request.js";
import { Icon } from "./icon.js";

/** Scores an answer 1 or 0. A second click sends the other score; the gateway keeps both. */
export function FeedbackButtons({ decisionId, onSent }: { decisionId: string; onSent?: () => void }): JSX.Element {
  const [score, setScore] = useState<0 | 1 | null>(null);
  const [said, setSaid] = useState("");
  const send = async (next: 0 | 1): Promise<void> => {
    setSaid("");
    try {
      await requestJson("v1/feedback", { body: { decision_id: decisionId, score: next } });
      setScore(next);
      setSaid(`Noted: ${next}.`);
      onSent?.();
    } catch (error) {
      setSaid(error instanceof GatewayError ? error.message : "Not noted.");
    }
  };
  const button = (value: 0 | 1, label: string): JSX.Element => (
    <button
      type="button"
      class="button icon-only"
      aria-label={label}
      title={label}
      aria-pressed={score === value}
      onClick={() => void send(value)}
    >
      <Icon name={value === 1 ? "up" : "down"} />
    </button>
  );
  return (
    <div class="feedback">
      {button(1, "Good answer")}
      {button(0, "Bad answer")}
      <span class="about" role="status">
        {said}
      </span>
    </div>
  );
}
