/** What the label at the beginning of a line announces. */
type LabelKind = "question" | "input" | "answer" | "context";

export interface Label {
  kind: LabelKind;
  /** Where its line begins. */
  start: number;
  /** Where the labelled text begins. */
  contentStart: number;
  /** It stands within a sentence: "…, answer the question: why?" */
  isInline: boolean;
}

const WORDS: Record<LabelKind, string> = {
  question: [
    "(?:user |the )?(?:question|query)|follow[- ]?up (?:input|question)|user (?:message|input)|instruction|q|(?:nutzer|benutzer)?frage|aufgabe|anfrage",
    "pregunta|consulta|domanda|pergunta|вопрос|用户问题|用户提问|问题|問題|提问|質問|ユーザーの質問|질문",
  ].join("|"),
  input: "input|sentence|review|eingabe|satz|entrada|输入|入力|文",
  answer: [
    "(?:helpful |final |refined |your )?answer|standalone question|response|output|a|sqlquery|label|sentiment|antwort|ausgabe|réponse|respuesta",
    "salida|risposta|resposta|ответ|回答|答案|答え|输出|出力|답변",
  ].join("|"),
  context: [
    "(?:retrieved |relevant )?(?:context|documents?|passages?|sources)|search results|(?:chat|conversation) history|kontext|dokumente|quellen|contexto|contexte",
    "контекст|上下文|参考资料|资料|检索到的文档片段|文档|コンテキスト|文脈|参考情報|資料|문맥",
  ].join("|"),
};

const KINDS = Object.keys(WORDS) as LabelKind[];
/** With a colon, or as a heading or in bold without one. */
const LABEL = new RegExp(
  `^(#{1,4} ?|\\*\\*)?(?:${KINDS.map((kind) => `(${WORDS[kind]})`).join("|")})(?:\\*\\*)?[ \\t]?(?:([:：])(?:\\*\\*)?|$)`,
  "i",
);
const INLINE = /\b(?:answer|relevant to) the (?:following )?(?:question|query)\s?:/i;
const MAX_LABEL = 60;
const MAX_INLINE = 240;

/** The labelled lines of `text`, in order. Linear: of every line only its beginning is looked at. */
export function findLabels(text: string): Label[] {
  const labels: Label[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (end > start) {
      const label = labelAt(text, start, end);
      if (label !== undefined) labels.push(label);
    }
    start = end + 1;
  }
  return labels;
}

function labelAt(text: string, start: number, end: number): Label | undefined {
  let from = start;
  while (from < end && from - start < 4 && (text.charCodeAt(from) === 0x20 || text.charCodeAt(from) === 0x09)) from++;
  const head = text.slice(from, Math.min(end, from + MAX_LABEL)).trimEnd();
  const match = LABEL.exec(head);
  if (match !== null && (match[1] !== undefined || match.at(-1) !== undefined)) {
    const kind = KINDS.find((_, i) => match[i + 2] !== undefined)!;
    return { kind, start, contentStart: from + match[0].length, isInline: false };
  }
  const inline = INLINE.exec(text.slice(from, Math.min(end, from + MAX_INLINE)));
  if (inline === null) return undefined;
  return { kind: "question", start, contentStart: from + inline.index + inline[0].length, isInline: true };
}
