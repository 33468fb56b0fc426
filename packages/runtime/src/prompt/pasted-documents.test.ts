import { describe, expect, it } from "vitest";
import { splitPasted } from "./pasted-documents.js";

const prose = "The salt went inland when the railway came. ".repeat(12).trim();
const log = Array.from({ length: 20 }, (_, i) => `2026-11-26 10:00:${10 + i} ERROR worker ${i} gave up`).join("\n");

function documents(text: string, from = 300): string[] {
  const segments = splitPasted(text, from);
  expect(segments.map((segment) => segment.text).join("")).toBe(text);
  return segments.filter((segment) => segment.kind === "document").map((segment) => segment.text.trim());
}

describe("by their form", () => {
  it("logs, quotations and code fences are documents", () => {
    const quote = prose.replace(/\. /g, ".\n").replace(/^/gm, "> ");
    const fence = `\`\`\`\n${prose}\n\n${prose}\n\`\`\``;
    for (const pasted of [log, quote, fence]) expect(documents(`It fails.\n\n${pasted}\n\nOdd.`)).toEqual([pasted]);
  });

  it("a line of prose right above a log is not the log's", () => {
    expect(documents(`It fails with this\n${log}`)).toEqual([log]);
  });

  it("a mail goes to its end, with its own questions", () => {
    const mail = `From: Ann\nSubject: Salt\n\n${prose}\n\nWill you come?`;
    expect(documents(`Answer politely.\n\n${mail}`)).toEqual([mail]);
  });

  it("a log alone is all there is to ask", () => {
    expect(documents(log)).toEqual([]);
  });

  it("a short block stays with the question", () => {
    expect(documents(`It fails.\n\n\`\`\`\nx\n\`\`\`\n\n${"Really. ".repeat(50)}`)).toEqual([]);
  });
});

describe("prose", () => {
  it("is a document below an order, above a question, and between the two", () => {
    expect(documents(`Summarise this text:\n\n${prose}`)).toEqual([prose]);
    expect(documents(`${prose}\n\n${prose}\n\nWhere did it go?`)).toEqual([`${prose}\n\n${prose}`]);
    expect(documents(`Translate the text below.\n\n${prose}\n\nKeep the tone of the above text.`)).toEqual([prose]);
  });

  it("may have a question of its own at the other end", () => {
    expect(documents(`Summarise this text:\n\n${prose}\n\nWill it ever come back?`)).toHaveLength(1);
    expect(documents(`Summarise this text:\n\n${prose}\n\nWill it ever come back?`)[0]).toContain("come back?");
  });

  it.each([
    ["without a question at either end", `${prose}\n\n${prose}`],
    ["that is a list of wishes", `Build a page with the following parts:\n\n${`- ${prose.slice(0, 60)}\n`.repeat(10)}`],
    ["with the choices of a test", `${prose}\n\nWhat is right?\nA. ${prose}\nB. ${prose}\nC. ${prose}`],
    ["in lines that point at nothing", `def f():\n${`    ${prose.slice(0, 50)}\n`.repeat(10)}Is it good?`],
  ])("%s stays whole", (_, text) => {
    expect(documents(text)).toEqual([]);
  });

  it("counts a Chinese character as three letters", () => {
    const chinese = "盐运往内地。".repeat(20);
    expect(documents(`请总结：\n\n${chinese}`)).toEqual([chinese]);
  });
});
