import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { useGateway } from "../../app/gateway-context.js";
import type { Preference } from "../../decision/preference.js";
import { ErrorPanel } from "../../parts/error-panel.js";
import { ViewHeading } from "../../parts/view-heading.js";
import { Answer } from "./answer.js";
import { CandidateRanking } from "./candidate-ranking.js";
import { PreferenceControl } from "./preference-control.js";
import { useAnswer } from "./use-answer.js";
import { useRouteDecision } from "./use-route-decision.js";

// what was written is still there after a look at another view
const memory: { prompt: string; preference: Preference | null } = { prompt: "", preference: null };

const examples = [
  "What is the capital of Australia?",
  "Prove that the square root of 2 is irrational.",
  "Write a SQL query for the second highest salary in each department, and explain how it treats ties.",
];

// stands in until the gateway has said where its dial ends
const middle = { lowUsd: 1e-5, highUsd: 1e-1 };

/** Try a prompt: who would answer it, why, and what a different λ would change; then let it be answered. */
export function PlaygroundView(): JSX.Element {
  const { status } = useGateway();
  const [prompt, setPrompt] = useState(memory.prompt);
  const [chosen, setChosen] = useState<Preference | null>(memory.preference);
  const preference = chosen ?? statedPreference(status?.preference);
  const dial = status?.dial ?? middle;
  const { decision, error, loading, retry } = useRouteDecision(prompt);
  const answer = useAnswer();
  const id = useId();
  useEffect(() => {
    memory.prompt = prompt;
    memory.preference = chosen;
  }, [prompt, chosen]);

  const run = (): void => {
    if (prompt.trim() !== "") answer.run(prompt, preference);
  };

  return (
    <>
      <ViewHeading title="Playground" />
      <div class="playground">
        <div class="column-left">
          <section class="card prompt-card" aria-label="Prompt and preference">
            <label class="label" for={id}>
              Prompt
            </label>
            <textarea
              id={id}
              rows={5}
              value={prompt}
              placeholder="Write a prompt to see which model would answer it"
              onInput={(event) => setPrompt(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
              }}
            />
            {prompt === "" && (
              <ul class="examples" aria-label="Examples">
                {examples.map((example) => (
                  <li key={example}>
                    <button type="button" class="button small" onClick={() => setPrompt(example)}>
                      {example}
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <PreferenceControl
              preference={preference}
              dial={dial}
              candidates={decision?.ranking ?? []}
              onChange={setChosen}
            />
            <div class="run-row">
              <Run answer={answer} ready={prompt.trim() !== ""} run={run} />
              <p class="about">Predictions are free. Running it calls the provider, which may cost something.</p>
            </div>
          </section>
          <Answer answer={answer} />
        </div>
        <div class="column-right">
          {error !== null && <ErrorPanel error={error} retry={retry} />}
          {decision !== null ? (
            <CandidateRanking decision={decision} preference={preference} dial={dial} busy={loading} />
          ) : (
            error === null && (
              <section class="card placeholder">
                <h2>Candidates</h2>
                <p class="about" role="status">
                  {loading
                    ? "Asking the router…"
                    : "Every candidate's predicted quality and cost appear here as you type."}
                </p>
              </section>
            )
          )}
        </div>
      </div>
    </>
  );
}

function Run(props: { answer: ReturnType<typeof useAnswer>; ready: boolean; run: () => void }): JSX.Element {
  const { phase } = props.answer.state;
  const running = phase === "waiting" || phase === "streaming";
  // one button, so that the focus stays where it is; never of type "submit", since a button that turns into one while it is being
  // clicked submits its form
  return (
    <button
      type="button"
      class={running ? "button" : "button primary"}
      disabled={!running && !props.ready}
      title={running ? undefined : "Ctrl + Enter"}
      onClick={running ? props.answer.stop : props.run}
    >
      {running ? "Stop" : "Run"}
    </button>
  );
}

function statedPreference(
  stated: { willingnessToPayUsd: number | null; costQuality: number | null } | undefined,
): Preference {
  if (stated?.costQuality != null) return { costQuality: stated.costQuality };
  return { willingnessToPayUsd: stated?.willingnessToPayUsd ?? 0.01 };
}
