import { createHash } from "node:crypto";
import type { PromptRow } from "@onehead/data";
import type { ScoredCall } from "./scored-calls.js";

/** Sums over the calls of one question that one model answered. */
interface Answers {
  scores: Mean;
  costs: Mean;
  outputTokens: Mean;
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number | undefined): void {
    if (value === undefined) return;
    this.#sum += value;
    this.#count++;
  }

  /** Undefined of nothing. */
  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

/**
 * Calls as rows, one a question: each model that answered it has the means of its answers.
 *
 * Ids are made of the text, and are none that a file has for the same text: rows of both stay apart.
 */
export class QuestionRows {
  readonly #questions = new Map<string, { inputTokens: Mean; models: Map<string, Answers> }>();
  /** Where each model's answers came from, for whoever is to ask it again. */
  readonly providers = new Map<string, string>();
  calls = 0;

  add({ call, question, score, costUsd, inputTokens, outputTokens }: ScoredCall): void {
    this.calls++;
    const entry = this.#questions.get(question) ?? { inputTokens: new Mean(), models: new Map<string, Answers>() };
    this.#questions.set(question, entry);
    entry.inputTokens.add(inputTokens);
    const answers = entry.models.get(call.answeredBy) ?? newAnswers();
    entry.models.set(call.answeredBy, answers);
    answers.scores.add(score);
    answers.costs.add(costUsd);
    answers.outputTokens.add(outputTokens);
    // the newest word counts; of a call that fell back, the log has the first choice's provider
    const { model, provider } = call;
    if (model === call.answeredBy && provider !== "" && !this.providers.has(model)) this.providers.set(model, provider);
  }

  get size(): number {
    return this.#questions.size;
  }

  *rows(): Generator<PromptRow> {
    for (const [question, { inputTokens, models }] of this.#questions) {
      const row: PromptRow = {
        id: `gateway:${createHash("sha256").update(question, "utf16le").digest("hex").slice(0, 32)}`,
        prompt: question,
        scores: cells(models, "scores"),
        costs: cells(models, "costs"),
      };
      if (inputTokens.value !== undefined) row.inputTokens = inputTokens.value;
      const tokens = cells(models, "outputTokens");
      if (Object.keys(tokens).length > 0) row.outputTokens = tokens;
      yield row;
    }
  }
}

function newAnswers(): Answers {
  return { scores: new Mean(), costs: new Mean(), outputTokens: new Mean() };
}

function cells(models: ReadonlyMap<string, Answers>, kind: keyof Answers): Record<string, number> {
  const known = [...models].flatMap(([model, answers]) => {
    const { value } = answers[kind];
    return value === undefined ? [] : [[model, value] as const];
  });
  // fromEntries defines own properties: a model named __proto__ stays an entry
  return Object.fromEntries(known);
}
