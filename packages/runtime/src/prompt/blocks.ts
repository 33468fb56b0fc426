import { FenceFinder } from "./tag-blocks.js";

/** Paragraphs of a text, code fences whole; they cover the text without a gap but for blank lines. */
export interface Block {
  start: number;
  end: number;
  text: string;
  form: "prose" | "list" | "fence" | "quote" | "log" | "mail";
}

const LOG_LINE = new RegExp(
  [
    "^[\\[(]?\\d{4}[-/]\\d\\d[-/]\\d\\d",
    "^[\\[(]?\\d\\d:\\d\\d:\\d\\d",
    "^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d",
    "^\\[?(?:ERROR|WARN|WARNING|INFO|DEBUG|TRACE|FATAL)\\b",
    "^\\d{1,3}(?:\\.\\d{1,3}){3} ",
    '^(?:at [\\w$.<>/]{1,40}|File "|Traceback \\(|Caused by:|npm ERR!)',
  ].join("|"),
);
const MAIL_LINE =
  /^(?:From|To|Cc|Subject|Date|Sent|Reply-To|Von|An|Betreff|Datum|Gesendet|De|À|Objet|Para|Asunto|Fecha|发件人|收件人|主题|日期|件名|差出人|宛先|日時)\s?[:：]/;
const FORWARDED = /^-{3,20} ?(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht)/;
const LIST_LINE = /^(?:[-*+•・]|\d{1,3}[.)、]|[a-z][.)])\s?\S/;
const MAX_LINE_HEAD = 80;

/** Linear in the length of `text`. A text of a single paragraph is split at its lines. */
export function splitBlocks(text: string): Block[] {
  const blocks = split(text, true);
  return blocks.length === 1 && blocks[0]!.form === "prose" ? split(text, false) : blocks;
}

function split(text: string, atBlankLines: boolean): Block[] {
  const blocks: Block[] = [];
  const fence = new FenceFinder(text);
  let begin = -1;
  const close = (end: number) => {
    if (begin >= 0) pushBlock(blocks, text, begin, end);
    begin = -1;
  };
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const lineEnd = newline < 0 ? text.length : newline + 1;
    const fenceEnd = fence.beginning(start) < lineEnd ? fence.skip(start, lineEnd - 1) : start;
    if (fenceEnd > start) {
      close(start);
      const end = endOfLine(text, fenceEnd);
      blocks.push({ start, end, text: text.slice(start, end), form: "fence" });
      start = end;
      continue;
    }
    if (isBlank(text, start, lineEnd)) close(start);
    else {
      if (!atBlankLines) close(start);
      if (begin < 0) begin = start;
    }
    start = lineEnd;
  }
  close(text.length);
  return blocks;
}

/** A line of prose right above or below a log or the head of a mail is a block of its own. */
function pushBlock(blocks: Block[], text: string, start: number, end: number): void {
  const form = formOf(text.slice(start, end));
  let from = start;
  let to = end;
  if (form === "log" || form === "mail") {
    const second = endOfLine(text, start);
    if (second < end && !isOfForm(text, start, form)) {
      blocks.push({ start, end: second, text: text.slice(start, second), form: "prose" });
      from = second;
    }
    // what follows the head of a mail is the mail
    const last = text.lastIndexOf("\n", end - 2) + 1;
    if (form === "log" && last > from && !isOfForm(text, last, form)) to = last;
  }
  blocks.push({ start: from, end: to, text: text.slice(from, to), form });
  if (to < end) blocks.push({ start: to, end, text: text.slice(to, end), form: "prose" });
}

function isOfForm(text: string, start: number, form: "log" | "mail"): boolean {
  const head = text.slice(start, start + MAX_LINE_HEAD).trimStart();
  return form === "log" ? LOG_LINE.test(head) : MAIL_LINE.test(head) || FORWARDED.test(head);
}

function formOf(content: string): Block["form"] {
  let lines = 0;
  let logs = 0;
  let quotes = 0;
  let items = 0;
  let heads = 0;
  for (let start = 0; start < content.length; ) {
    const newline = content.indexOf("\n", start);
    const end = newline < 0 ? content.length : newline;
    const head = content.slice(start, Math.min(end, start + MAX_LINE_HEAD)).trimStart();
    if (head !== "") {
      lines++;
      if (LOG_LINE.test(head)) logs++;
      else if (head.startsWith(">")) quotes++;
      else if (LIST_LINE.test(head)) items++;
      if (MAIL_LINE.test(head) || FORWARDED.test(head)) heads++;
    }
    start = end + 1;
  }
  if (heads >= 2) return "mail";
  if (logs * 2 >= lines && logs >= 2) return "log";
  if (quotes === lines && lines >= 2) return "quote";
  return items * 2 > lines ? "list" : "prose";
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) > 0x20) return false;
  return true;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}
