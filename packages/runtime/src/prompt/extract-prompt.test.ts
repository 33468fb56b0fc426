import { type Message, ProviderError } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CUT_MARK } from "./cut-question.js";
import type { ExtractOptions } from "./extract-options.js";
import { extractPrompt } from "./extract-prompt.js";

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const question = (content: string, options?: ExtractOptions) => extractPrompt([user(content)], options).question;

/** Every text of the result. */
function allTexts(messages: readonly Message[], options?: ExtractOptions): string {
  const { question, system, history, toolResults, documents, harness } = extractPrompt(messages, options);
  return [system, ...history, ...toolResults, ...documents, ...harness, question].join("\n");
}

describe("where the question is", () => {
  it("is the whole last user turn where no rule fits", () => {
    const text = "I have <b>two</b> cats. A: one is old. [x] Result unknown.\n\nHow do I feed them apart?";
    expect(question(text)).toBe(text);
  });

  it("is empty without a word of the user", () => {
    const nothing = { question: "", system: "", history: [], toolResults: [], documents: [], harness: [] };
    expect(extractPrompt([])).toEqual(nothing);
    expect(extractPrompt([user("<system-reminder>x</system-reminder>")]).question).toBe("");
    expect(extractPrompt([{ role: "system", content: "Be brief." }])).toEqual({ ...nothing, system: "Be brief." });
  });

  it("is what was pasted where the user has only pasted", () => {
    expect(question("<document>\nA poem.\n</document>")).toBe("<document>\nA poem.\n</document>");
  });

  it("keeps the system text, the assistant's words and calls, and tool results apart", () => {
    const extracted = extractPrompt([
      { role: "system", content: "One." },
      { role: "system", content: [{ type: "text", text: "Two." }] },
      user("Is it raining in Bern?"),
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "I need a tool." },
          { type: "tool-call", id: "1", name: "weather", arguments: '{"city":"Bern"}' },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", id: "1", name: "weather", content: [{ type: "text", text: "Rain." }] }],
      },
    ]);
    expect(extracted).toEqual({
      question: "Is it raining in Bern?",
      system: "One.\n\nTwo.",
      history: ['I need a tool.\nweather {"city":"Bern"}'],
      toolResults: ["Rain."],
      documents: [],
      harness: [],
    });
  });

  it("skips images and files", () => {
    const image = { type: "image", data: "aGk=", mediaType: "image/png" } as const;
    expect(extractPrompt([{ role: "user", content: [image, { type: "text", text: "What is this?" }] }]).question).toBe(
      "What is this?",
    );
  });

  it("leaves the caller's messages alone", () => {
    const messages = [user("Write a haiku."), assistant("…"), user("again")];
    const before = structuredClone(messages);
    extractPrompt(messages);
    expect(messages).toEqual(before);
  });
});

describe("tags", () => {
  it("count neither in code, nor without their end, nor with an everyday name inside a line", () => {
    for (const text of [
      "What does `<system-reminder>` mean and what `</system-reminder>`?",
      "```xml\n<system-reminder>x</system-reminder>\n```\nIs this valid?",
      "Why is <system-reminder> never closed here?",
      "Put the result between <context> and </context> and stop.",
      "Write a quiz in this form:\n<question>\n…\n</question>\n<answer>\n…\n</answer>\nTen of them.",
    ]) {
      expect(question(text)).toBe(text);
    }
  });

  it("are matched by their own name, so that one inside another does not end it", () => {
    const text = "<context>\n<file>\n<context>\ninner\n</context>\n</file>\n</context>\nWhat is inside?";
    const { question: asked, documents } = extractPrompt([user(text)]);
    expect(asked).toBe("What is inside?");
    expect(documents).toHaveLength(1);
  });

  it("inside the result of a tool are the tool's", () => {
    const { question: asked, toolResults } = extractPrompt([
      user("Fix it."),
      user("[read_file for 'a.xml'] Result:\n<task>\nno task of yours\n</task>\n<context>\nno context\n</context>"),
    ]);
    expect(asked).toBe("Fix it.");
    expect(toolResults).toHaveLength(1);
  });
});

describe("follow-ups", () => {
  const talk = (...turns: string[]) =>
    turns.flatMap((turn, i) => (i === 0 ? [user(turn)] : [assistant("…"), user(turn)]));

  it("are joined with the questions before them, from the last that stands alone", () => {
    const messages = talk("What is jazz?", "Write a fugue subject.", "go on", "and in C minor?");
    const { question: asked, history } = extractPrompt(messages);
    expect(asked).toBe("Write a fugue subject.\ngo on\nand in C minor?");
    expect(history).toEqual(["What is jazz?", "…", "…", "…"]);
  });

  it("are joined as often as joinFollowUps says", () => {
    const messages = talk("Write a fugue subject.", "go on", "and in C minor?");
    expect(extractPrompt(messages, { joinFollowUps: 1 }).question).toBe("go on\nand in C minor?");
    for (const joinFollowUps of [0, false]) {
      expect(extractPrompt(messages, { joinFollowUps }).question).toBe("and in C minor?");
    }
  });

  it("stay alone without an earlier question", () => {
    expect(question("continue")).toBe("continue");
  });
});

describe("long questions", () => {
  it("keep head and tail, and their middle becomes a document", () => {
    const words = Array.from({ length: 300 }, (_, i) => `word${i}`);
    const { question: asked, documents } = extractPrompt([user(words.join(" "))], { maxQuestionCharacters: 200 });
    expect(asked.length).toBeLessThanOrEqual(200);
    expect(asked).toMatch(/^word0 .*word299$/s);
    expect(asked).toContain(CUT_MARK);
    expect(`${asked} ${documents[0]}`.match(/word\d+/g)!.sort()).toEqual(words.sort());
  });

  it("are never cut inside a character", () => {
    const { question: asked, documents } = extractPrompt([user("𝄞".repeat(100))], { maxQuestionCharacters: 42 });
    // throws for half a pair
    expect(() => encodeURIComponent(`${asked}${documents[0]}`)).not.toThrow();
  });
});

describe("options", () => {
  it("add own harness text by tag name and by expression, or put it in the place of the known", () => {
    const text = "<mybox>7</mybox>\n<system-reminder>r</system-reminder>\n~~ battery 80 % ~~\nWhat now?";
    expect(question(text, { harnessPatterns: ["mybox", /~~.*~~/] })).toBe("What now?");
    const instead = extractPrompt([user(text)], { harnessPatterns: { instead: ["mybox"] } });
    expect(instead.question).toContain("<system-reminder>r</system-reminder>");
    expect(instead.harness).toEqual(["<mybox>7</mybox>"]);
  });

  it("do not move lastIndex of the caller's expression", () => {
    const pattern = /x/g;
    question("x x y", { harnessPatterns: [pattern] });
    expect(pattern.lastIndex).toBe(0);
  });

  it("let findQuestion go first and take its answer out of the turn that holds it", () => {
    const messages = [user("preamble\nASK: why?\nrest")];
    const found = extractPrompt(messages, { findQuestion: () => "why?" });
    expect(found).toMatchObject({ question: "why?", history: ["preamble\nASK:\nrest"] });
    expect(extractPrompt(messages, { findQuestion: () => undefined }).question).toBe("preamble\nASK: why?\nrest");
    expect(extractPrompt(messages, { findQuestion: () => "rephrased" })).toMatchObject({
      question: "rephrased",
      history: ["preamble\nASK: why?\nrest"],
    });
  });

  it("set from which length a block is a document", () => {
    const text = `What is this?\n\n\`\`\`\n${"code();\n".repeat(20)}\`\`\``;
    expect(question(text)).toBe(text);
    expect(question(text, { documentCharacters: 100 })).toBe("What is this?");
    expect(question(text.repeat(10), { documentCharacters: Infinity })).toBe(text.repeat(10));
  });

  it.each([
    [{ documentCharacters: 0 }, "documentCharacters"],
    [{ documentCharacters: 1.5 }, "documentCharacters"],
    [{ maxQuestionCharacters: 19 }, "maxQuestionCharacters"],
    [{ maxQuestionCharacters: Number.NaN }, "maxQuestionCharacters"],
    [{ joinFollowUps: -1 }, "joinFollowUps"],
    [{ harnessPatterns: ["no tag"] }, "harnessPatterns[0]"],
    [{ harnessPatterns: { instead: "x" } }, "harnessPatterns"],
    [{ harnessPatterns: null }, "harnessPatterns"],
    [{ findQuestion: "why" }, "findQuestion"],
    [null, "options"],
  ])("%j is refused with its name", (options, name) => {
    let caught: unknown;
    try {
      extractPrompt([], options as unknown as ExtractOptions);
    } catch (error) {
      caught = error;
    }
    expect(ProviderError.isInstance(caught) && caught.code).toBe("invalid-argument");
    expect((caught as Error).message).toContain(`extractPrompt: ${name}:`);
  });
});

describe("nothing is lost", () => {
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 10 }) },
    fc.constantFrom(
      ...[
        "<system-reminder>",
        "</system-reminder>",
        "<task>",
        "</task>",
        "<context>",
        "</context>",
        "<answer>",
        "</answer>",
      ],
      ...[
        "\n",
        "\n\n",
        "```\n",
        "\n```\n",
        "Question: ",
        "\nQuestion: q",
        "\nAnswer:",
        "\nContext:\n",
        "Q: a\nA: b\n",
        "-----------\n",
      ],
      ...[
        "[read_file for 'x'] Result:\n",
        "OBSERVATION:\n",
        "## My request for Codex:\n",
        "Use the following context\n",
      ],
      ...[
        "--- Content from referenced files ---\n",
        "--- End of content ---\n",
        "[Request interrupted by user]\n",
        "yes",
        "and why?",
      ],
      ...[
        "The original query is as follows: ",
        "We have provided an existing answer: ",
        "### Task:\nGenerate a concise title ",
      ],
      ...[
        "From: a\nSubject: b\n",
        "2026-11-26 ERROR x\n",
        "Summarise the text below:\n\n",
        `${"long prose. ".repeat(12)}\n\n`,
      ],
    ),
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
  const message = fc.oneof(
    { weight: 3, arbitrary: text.map(user) },
    { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }).map((parts): Message => userParts(parts)) },
    { weight: 1, arbitrary: text.map(assistant) },
    { weight: 1, arbitrary: text.map((content): Message => ({ role: "system", content })) },
  );

  function userParts(parts: string[]): Message {
    return { role: "user", content: parts.map((part) => ({ type: "text", text: part })) };
  }

  /** The characters of a text but for white space, in one order. */
  const letters = (of: string) => [...of.replace(/\s/g, "").split("")].sort().join("");

  it("every character but white space is in exactly one field", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 5 }),
        fc.constantFrom(1, 30, 200, 1000),
        (messages, documentCharacters) => {
          const given = messages.flatMap(({ content }) =>
            typeof content === "string" ? [content] : content.map((part) => ("text" in part ? part.text : "")),
          );
          expect(letters(allTexts(messages, { documentCharacters, maxQuestionCharacters: 1e6 }))).toBe(
            letters(given.join("")),
          );
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("every word is found again when the question is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 200 }), (words) => {
        const found = new Set(allTexts([user(words.join(" "))], { maxQuestionCharacters: 60 }).split(/\s+/));
        for (const word of words) expect(found).toContain(word);
      }),
    );
  });

  it("lone surrogates survive", () => {
    const text = "What is \ud800 and \udc00?";
    expect(question(text)).toBe(text);
  });
});

describe("hostile texts", () => {
  const MEGABYTE = 1 << 20;
  const fill = (unit: string) => unit.repeat(Math.ceil(MEGABYTE / unit.length)).slice(0, MEGABYTE);

  // a rule of quadratic cost would take minutes for these; a second or ten only tells a slow machine from a fast one
  it.each([
    ..."< \n a ` > # [ - : ? 文 { *".split(" ").filter((unit) => unit !== ""),
    ...["\n", " ", "<task>", "</task>", "<task", "<task ", "<system-reminder>\n", "<context>\n</context>", "</", "<a"],
    ...[
      "```\n",
      "\n```",
      "```",
      "   ```",
      "> \n",
      "Q: a\n",
      "A:\n",
      "Answer:\n",
      "Question: x\nAnswer: y\n",
      "-----\n",
      "Context:\n",
    ],
    ...[
      "[read_file for 'x",
      "[read_file for 'x'] Result:\n",
      "OBSERVATION:\n",
      "## My request for Codex:\n",
      "a\n\n",
      "- a\n",
      "the following ",
    ],
    ...[
      "2026-11-26 ERROR\n",
      "From: a\n",
      "\t\t\n",
      "answer the question",
      "use the ",
      "基于",
      "a b",
      "--- Content from referenced files ---\n",
    ],
  ])("1 MB of %j is taken apart in linear time", (unit) => {
    const started = performance.now();
    const text = fill(unit);
    for (const content of [text, `Use the following context.\n${text}\nQuestion: why?\nAnswer:`]) {
      extractPrompt([user(content)]);
    }
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
