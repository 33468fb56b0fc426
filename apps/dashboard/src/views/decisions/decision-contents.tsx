import type { DecisionReport } from "@onehead/serve";
import type { JSX } from "preact";

/** What was asked and answered, where the operator keeps that. */
export function DecisionContents({ contents }: { contents: NonNullable<DecisionReport["contents"]> }): JSX.Element {
  return (
    <section class="card contents">
      <h2>Contents</h2>
      <h3>Question</h3>
      <div class="answer-text">{contents.question}</div>
      <h3>Answer</h3>
      {contents.answer === null ? (
        <p class="empty-line">No answer is kept.</p>
      ) : (
        <div class="answer-text">{contents.answer}</div>
      )}
    </section>
  );
}
