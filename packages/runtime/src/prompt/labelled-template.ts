import { findLabels, type Label } from "./labels.js";
import { Cutter, type Segment } from "./segment.js";

/** Words by which a template introduces what was retrieved. */
const INTRO = [
  /\b(?:use|using|given|based on|answer|according to)\b[^\n]{0,120}\b(?:context|documents?|sources|passages|excerpts|information|articles?|snippets)\b/i,
  /\bcontext information\b/i,
  /\b(?:nutze|verwende|anhand|auf grundlage|beantworte)\b[^\n]{0,120}(?:kontext|dokument|quellen|auszüge|textstellen)/i,
  /(?:根据|基于|使用|参考)[^\n]{0,40}(?:上下文|资料|文档|内容|信息|片段)|上下文信息/,
  /(?:以下|次)の[^\n]{0,30}(?:文脈|コンテキスト|情報|資料|文書|ドキュメント)/,
  /\b(?:utiliza|usa|basándote|utilise|utilisez|selon)\b[^\n]{0,120}\b(?:contexto|documentos|contexte|documents)\b/i,
];
const MAX_INTRO = 300;

/**
 * Takes apart a text that a template has made: retrieved passages with a question (LangChain, LlamaIndex, Haystack and their
 * like), worked examples with the case to solve (Q: … A: …), or an instruction with its input. Undefined where `text` is none.
 */
export function splitTemplate(text: string): Segment[] | undefined {
  const whole = splitRefine(text) ?? splitReAct(text);
  if (whole !== undefined) return whole;

  const all = findLabels(text);
  // a lone "A:" is a choice of a test as often as an answer
  const labels = all.some((label) => isLetter(text, label, "q"))
    ? all
    : all.filter((label) => !isLetter(text, label, "a"));
  const last = labels.at(-1);
  const isOpen = last?.kind === "answer" && text.slice(last.contentStart).trim() === "";
  const hasIntro = INTRO.some((pattern) => pattern.test(text.slice(0, MAX_INTRO)));
  const context = labels.find((label) => label.kind === "context");
  const questions = labels.filter((label) => label.kind === "question");
  const isRetrieval =
    context !== undefined || (hasIntro && (isOpen || introEnd(text) > 0 || findRules(text) !== undefined));
  if (questions.length > 0 && isRetrieval) return splitRetrieval(text, labels, questions, context, isOpen);
  if (hasIntro && questions.length === 0) return splitRuled(text, isOpen ? last : undefined);
  return splitExamples(
    text,
    labels.filter((label) => !label.isInline),
  );
}

function isLetter(text: string, label: Label, letter: string): boolean {
  const written = text.slice(label.start, label.contentStart).replace(/[^a-z]/gi, "");
  return written.toLowerCase() === letter;
}

/** Behind the first line where it ends in a colon, as in "Answer with the following context:"; else 0. */
function introEnd(text: string): number {
  const newline = text.indexOf("\n");
  return newline > 0 && newline < MAX_INTRO && /[:：]\s*$/.test(text.slice(0, newline)) ? newline : 0;
}

/** Passages and a question, in either order, under labels or below an introduction. */
function splitRetrieval(
  text: string,
  labels: readonly Label[],
  questions: readonly Label[],
  context: Label | undefined,
  isOpen: boolean,
): Segment[] {
  const cutter = new Cutter(text);
  const end = isOpen ? labels.at(-1)!.start : text.length;
  // passages may hold questions of their own: those of the template come before the context's label or last
  const passages = context ?? ruledPassages(text, questions);
  const leading = passages === undefined ? undefined : questions.find((label) => label.start < passages.start);
  if (leading !== undefined && passages !== undefined) {
    cutter.cut(leading.contentStart, "harness");
    cutter.cut(passages.start, "question");
    cutter.cut(passages.contentStart, "harness");
    cutter.cut(end, "document");
    return cutter.rest("harness");
  }
  const question = questions.at(-1)!;
  const rules = findRules(text.slice(0, question.start));
  if (rules !== undefined) {
    cutter.cut(rules.open, "harness");
    cutter.cut(rules.close, "document");
  } else if (context !== undefined) {
    cutter.cut(context.contentStart, "harness");
    cutter.cut(question.start, "document");
  } else {
    const blank = introEnd(text) || text.indexOf("\n\n");
    cutter.cut(blank < 0 || blank > question.start ? question.start : blank, "harness");
    cutter.cut(question.start, "document");
  }
  cutter.cut(question.contentStart, "harness");
  cutter.cut(Math.max(end, question.contentStart), "question");
  return cutter.rest("harness");
}

/** Passages between rules below the question: LangChain's template with sources. */
function ruledPassages(text: string, questions: readonly Label[]): { start: number; contentStart: number } | undefined {
  const rules = findRules(text);
  if (rules === undefined || questions[0]!.start > rules.open) return undefined;
  return { start: text.lastIndexOf("\n", rules.open - 1) + 1, contentStart: rules.open };
}

/** Passages between two rules, and the question, unlabelled, below the second. */
function splitRuled(text: string, answer: Label | undefined): Segment[] | undefined {
  const rules = findRules(text);
  const end = answer?.start ?? text.length;
  if (rules === undefined || text.slice(rules.after, end).trim() === "") return undefined;
  const cutter = new Cutter(text);
  cutter.cut(rules.open, "harness");
  cutter.cut(rules.close, "document");
  cutter.cut(rules.after, "harness");
  cutter.cut(end, "question");
  return cutter.rest("harness");
}

/** The first and the last line of dashes or equals signs: `open` and `close` bound what is between, `after` is below the second. */
function findRules(text: string): { open: number; close: number; after: number } | undefined {
  const rule = /^[ \t]{0,4}(?:-{5,200}|={5,200})[ \t]{0,4}$/gm;
  const first = rule.exec(text);
  if (first === null) return undefined;
  let last: RegExpExecArray | null = null;
  for (let match = rule.exec(text); match !== null; match = rule.exec(text)) last = match;
  if (last === null) return undefined;
  return { open: first.index + first[0].length, close: last.index, after: last.index + last[0].length };
}

/** Solved cases and one that waits for its answer; the words before the first case stay with the question. */
function splitExamples(text: string, labels: readonly Label[]): Segment[] | undefined {
  const answers = labels.filter((label) => label.kind === "answer");
  const last = labels.at(-1);
  const isOpen = last?.kind === "answer" && text.slice(last.contentStart).trim() === "";
  const asked = labels.filter((label) => label.kind === "question" || label.kind === "input").at(-1);
  // without the label of the answer to give, two solved cases must show that the last one is to be solved
  if (!isOpen && (asked !== last || answers.length < 2)) return undefined;
  const end = isOpen ? last.start : text.length;
  const cutter = new Cutter(text);
  if (asked === undefined) {
    // tests of several choices label nothing but their answers; the next case begins below the line of the last one
    const answered = answers.at(-2);
    if (answered === undefined) return undefined;
    cutter.cut(text.indexOf("\n", answered.contentStart), "example");
    cutter.cut(end, "text");
    return cutter.rest("harness");
  }
  // "### Instruction: … ### Input: …": both are asked
  const before = labels[labels.indexOf(asked) - 1];
  const instruction = asked.kind === "input" && before?.kind === "question" ? before : asked;
  cutter.cut(labels[0]!.start, "text");
  cutter.cut(instruction.start, "example");
  cutter.cut(instruction.contentStart, "harness");
  if (instruction !== asked) {
    cutter.cut(asked.start, "text");
    cutter.cut(asked.contentStart, "harness");
  }
  cutter.cut(end, "text");
  return cutter.rest("harness");
}

/** LlamaIndex asks again with more context: the query comes first, then the answer so far. */
function splitRefine(text: string): Segment[] | undefined {
  const head = /^\s{0,8}The original (?:query|question) is as follows:/.exec(text.slice(0, 80));
  if (head === null) return undefined;
  const answerAt = text.indexOf("We have provided an existing answer:", head[0].length);
  if (answerAt < 0) return undefined;
  const cutter = new Cutter(text);
  const rules = findRules(text.slice(answerAt));
  cutter.cut(head[0].length, "harness");
  cutter.cut(answerAt, "question");
  if (rules === undefined) return cutter.rest("harness");
  cutter.cut(answerAt + rules.open, "example");
  cutter.cut(answerAt + rules.close, "document");
  return cutter.rest("harness");
}

/** LangChain's ReAct prompt: the tools and a form to keep to, then "Begin!", the question and the model's own notes. */
function splitReAct(text: string): Segment[] | undefined {
  const begin = text.indexOf("\nBegin!");
  if (begin < 0 || !text.startsWith("\n", begin + "\nBegin!".length)) return undefined;
  const label = findLabels(text.slice(begin)).find(({ kind }) => kind === "question");
  if (label === undefined) return undefined;
  const thought = text.indexOf("\nThought:", begin + label.contentStart);
  const cutter = new Cutter(text);
  cutter.cut(begin + label.contentStart, "harness");
  cutter.cut(thought < 0 ? text.length : thought, "question");
  return cutter.rest("example");
}
