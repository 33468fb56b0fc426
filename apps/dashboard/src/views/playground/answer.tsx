import type { JSX } from "preact";
import { ModelName } from "../../charts/model-name.js";
import { formatDuration } from "../../format/format-duration.js";
import { formatCount } from "../../format/format-number.js";
import { formatUsd } from "../../format/format-usd.js";
import { ErrorPanel } from "../../parts/error-panel.js";
import { FeedbackButtons } from "../../parts/feedback-buttons.js";
import { toHash } from "../../routing/route.js";
import { SpokenAnswer } from "./spoken-answer.js";
import type { useAnswer } from "./use-answer.js";

const phaseWords = {
  idle: "",
  waiting: "waiting for the first word",
  streaming: "answering",
  done: "complete",
  stopped: "stopped",
  failed: "failed",
} as const;

/** The answer as it comes, who gave it, and what it took. */
export function Answer({ answer }: { answer: ReturnType<typeof useAnswer> }): JSX.Element | null {
  const { state, retry } = answer;
  if (state.phase === "idle") return null;
  const running = state.phase === "waiting" || state.phase === "streaming";
  const { head, usage } = state;
  return (
    <section class="card answer" aria-labelledby="answer-heading">
      <div class="card-head">
        <h2 id="answer-heading">Answer</h2>
        <span class={running ? "phase running" : "phase"}>{phaseWords[state.phase]}</span>
      </div>
      {state.error !== null && <ErrorPanel error={state.error} retry={retry} />}
      {state.text !== "" && <div class="answer-text">{state.text}</div>}
      <SpokenAnswer text={state.text} running={running} phase={phaseWords[state.phase]} />
      {head !== null && (
        <dl class="facts">
          {head.model !== null && (
            <>
              <dt>Model</dt>
              <dd>
                <ModelName model={head.model} />
              </dd>
            </>
          )}
          <dt>Predicted cost</dt>
          <dd>{formatUsd(head.predictedCostUsd)}</dd>
          {usage !== null && (
            <>
              <dt>Tokens</dt>
              <dd>
                {formatCount(usage.inputTokens)} in, {formatCount(usage.outputTokens)} out
              </dd>
            </>
          )}
          {state.firstTextMs !== null && (
            <>
              <dt>Time</dt>
              <dd>
                {formatDuration(state.firstTextMs)} to the first word
                {state.totalMs !== null && <>, {formatDuration(state.totalMs)} in all</>}
              </dd>
            </>
          )}
        </dl>
      )}
      {head?.decisionId != null && !running && (
        <div class="answer-foot">
          <FeedbackButtons key={head.decisionId} decisionId={head.decisionId} />
          <a href={toHash({ view: "decisions", id: head.decisionId })}>Why this model</a>
        </div>
      )}
    </section>
  );
}
