import { describe, expect, it } from "vitest";
import { splitTemplate } from "./labelled-template.js";
import type { SegmentKind } from "./segment.js";

/** The trimmed texts of one kind. */
function texts(text: string, ...kinds: SegmentKind[]): string[] | undefined {
  return splitTemplate(text)
    ?.filter((segment) => kinds.includes(segment.kind))
    .map((segment) => segment.text.trim());
}

describe("retrieval templates", () => {
  it("take the last question where the passages have questions of their own", () => {
    const text = "Context:\nFAQ\nQuestion: old?\nAnswer: no.\n\nQuestion: new?\nAnswer:";
    expect(texts(text, "question")).toEqual(["new?"]);
    expect(texts(text, "document")).toEqual(["FAQ\nQuestion: old?\nAnswer: no."]);
  });

  it("take the question before the context where it stands there", () => {
    expect(texts("Use the context.\nQuestion: when?\nContext: Question: inner? at noon\nAnswer:", "question")).toEqual([
      "when?",
    ]);
  });

  it("take a question within the sentence of the instruction", () => {
    const text =
      "Context information is below.\n-----\nBees.\n-----\nGiven the context, answer the question: what flies?\n";
    expect(texts(text, "question")).toEqual(["what flies?"]);
  });

  it("take what is below the rules where the question has no label", () => {
    expect(texts("上下文信息如下：\n-----\n蜜蜂。\n-----\n什么会飞？\n回答：", "question", "document")).toEqual([
      "蜜蜂。",
      "什么会飞？",
    ]);
  });

  it("know headings and bold labels", () => {
    expect(texts("## Context\nBees.\n\n## Question\nWhat flies?", "question")).toEqual(["What flies?"]);
    expect(texts("**Context:** Bees.\n**Question:** What flies?", "question")).toEqual(["What flies?"]);
  });
});

describe("worked examples", () => {
  it("keep the instruction with the case to solve", () => {
    const text = "Name the opposite.\nInput: hot\nOutput: cold\nInput: wet\nOutput:";
    expect(texts(text, "text")).toEqual(["Name the opposite.", "wet"]);
    expect(texts(text, "example")).toEqual(["Input: hot\nOutput: cold"]);
  });

  it("need no label for the answer to give after two that are given", () => {
    expect(texts("Q: 1+1?\nA: 2\nQ: 1+2?\nA: 3\nQ: 2+2?", "text")).toEqual(["2+2?"]);
    expect(splitTemplate("Q: 1+1?\nA: 2\nQ: 2+2?")).toBeUndefined();
  });

  it("join an instruction and its input", () => {
    const text = "Below is an instruction.\n### Instruction:\nTranslate.\n### Input:\nHaus\n### Response:";
    expect(texts(text, "text")).toEqual(["Below is an instruction.", "Translate.", "Haus"]);
  });
});

it.each([
  "Question: what is love?",
  "What should I answer the question: are you happy?",
  "Which is right?\nA. one\nB. two\nAnswer: B",
  "I use context managers. Is that good?",
  "The famous equation tries to answer the following question:\nA. Is it hot?\nB. Are we alone?",
])("%j is no template", (text) => {
  expect(splitTemplate(text)).toBeUndefined();
});
