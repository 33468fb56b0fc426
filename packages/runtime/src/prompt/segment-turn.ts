import { choreOf } from "./chores.js";
import type { ResolvedOptions } from "./extract-options.js";
import type { Chore } from "./extracted-prompt.js";
import { type KnownTag, knownTags } from "./known-tags.js";
import { splitTemplate } from "./labelled-template.js";
import { knownNotices, type Notice, type NoticeState, splitNotices } from "./notices.js";
import { splitPasted } from "./pasted-documents.js";
import { Cutter, mergeSegments, type Segment, unwrap } from "./segment.js";
import { splitTags } from "./tag-blocks.js";
import { textWeight } from "./text-weight.js";

/** What the rules need, prepared once a conversation. */
export interface Rules {
  options: ResolvedOptions;
  tags: ReadonlyMap<string, KnownTag>;
  notices: readonly Notice[];
}

export function rulesOf(options: ResolvedOptions): Rules {
  return {
    options,
    tags: knownTags(options.harnessTags, options.builtInHarness),
    notices: knownNotices(options.builtInHarness),
  };
}

export interface UserTurn {
  /** In order; of kind "text" is what may be the question. */
  segments: Segment[];
  chore: Chore | undefined;
}

/** Takes the text parts of one user turn apart. No character but white space is lost. */
export function segmentTurn(parts: readonly string[], rules: Rules): UserTurn {
  const { options } = rules;
  const state: NoticeState = { mode: undefined, endLine: undefined };
  let segments: Segment[] = [];
  let chore: Chore | undefined;
  for (const part of parts) {
    const found = options.builtInHarness && state.mode === undefined ? choreOf(part) : undefined;
    if (found !== undefined) {
      chore = found;
      segments.push(...segmentChore(part, rules));
    } else {
      segments.push(...segmentPart(part, rules, state));
    }
  }
  segments = withMarkedQuestion(segments, options.documentCharacters);
  segments = segments.flatMap((segment) =>
    segment.kind === "text" ? splitPasted(segment.text, options.documentCharacters) : [segment],
  );
  return { segments: longPartsAside(segments, options.documentCharacters), chore };
}

function segmentPart(part: string, rules: Rules, state: NoticeState): Segment[] {
  const pieces = cutMatches(part, rules.options.harnessExpressions);
  const tagged = pieces.flatMap((piece) => (piece.kind === "text" ? splitTags(piece.text, rules.tags) : [piece]));
  const isPlain = state.mode === undefined && tagged.every(({ kind }) => kind === "text" || kind === "document");
  // a template may carry tags among its passages: it is looked for first where nothing else has left its marks
  const template = isPlain && pieces.length === 1 ? splitTemplate(part) : undefined;
  if (template !== undefined) return template;

  const noticed: Segment[] = [];
  let isStart = true;
  const modeBefore = state.mode;
  for (const segment of tagged) {
    noticed.push(...underMode(segment, rules, state, isStart));
    if (segment.kind !== "harness") isStart = false;
  }
  // a mode goes on in the next part only where this one was the head alone
  const isHeadAlone = part.length < MAX_HEAD_ALONE && !part.trim().includes("\n");
  if (state.endLine === undefined && (modeBefore !== undefined || !isHeadAlone)) state.mode = undefined;
  return mergeSegments(distrustEveryday(mergeSegments(noticed, "tool"), rules.tags), "text").flatMap(unwrap);
}

const MAX_HEAD_ALONE = 300;

function underMode(segment: Segment, rules: Rules, state: NoticeState, isStart: boolean): Segment[] {
  const { kind, text, wrapped } = segment;
  if (wrapped === undefined) return kind === "text" ? splitNotices(text, rules.notices, state, isStart) : [segment];
  const tag = rules.tags.get(wrapped.tag);
  if (state.mode === undefined) return [tag?.onlyInsideTools === true ? { kind: "text", text } : segment];
  // a tool may have read a file that is full of tags; the harness still writes its own behind
  const stays = kind === "harness" || tag?.insideTools === true;
  return [stays ? segment : { kind: state.mode, text }];
}

/** A tag with an everyday name marks the question at either end of a part, or among other marks; elsewhere it is text. */
function distrustEveryday(segments: readonly Segment[], tags: ReadonlyMap<string, KnownTag>): Segment[] {
  const hasOtherMarks = segments.some(({ kind }) => kind !== "text" && kind !== "question");
  return segments.map((segment, i) => {
    const isEveryday = segment.kind === "question" && tags.get(segment.wrapped?.tag ?? "")?.everyday === true;
    const isAtEnd = i === 0 || i === segments.length - 1;
    return isEveryday && !hasOtherMarks && !isAtEnd ? { kind: "text", text: segment.text } : segment;
  });
}

/** Where the question is marked, the other text of the turn is the template's. */
function withMarkedQuestion(segments: Segment[], documentCharacters: number): Segment[] {
  const isMarked = segments.some((segment) => segment.kind === "question" && segment.text.trim() !== "");
  return segments.map((segment) => {
    if (segment.kind === "question") return { kind: "text", text: segment.text };
    if (!isMarked || segment.kind !== "text") return segment;
    return { kind: textWeight(segment.text) >= documentCharacters ? "document" : "harness", text: segment.text };
  });
}

/** Beside a short text a long one that came on its own is a document: clients send a pasted file as a part. */
function longPartsAside(segments: Segment[], documentCharacters: number): Segment[] {
  const texts = segments.filter((segment) => segment.kind === "text");
  if (texts.length < 2 || texts.every((segment) => textWeight(segment.text) >= documentCharacters)) return segments;
  return segments.map((segment) =>
    segment.kind === "text" && textWeight(segment.text) >= documentCharacters
      ? { kind: "document", text: segment.text }
      : segment,
  );
}

/** An errand of the harness is its text; the transcript that it carries is history. */
function segmentChore(part: string, rules: Rules): Segment[] {
  const tagged = splitTags(part, rules.tags);
  if (tagged.some(({ wrapped }) => wrapped?.tag === "chat_history" || wrapped?.tag === "conversation")) {
    return tagged.map(({ kind, text }) => ({ kind: kind === "example" ? kind : "harness", text }));
  }
  const cutter = new Cutter(part);
  const blank = part.trimStart().indexOf("\n\n");
  const introduces = blank > 0 && /:\s*$/.test(part.trimStart().slice(Math.max(0, blank - 5), blank));
  cutter.cut(introduces ? part.length - part.trimStart().length + blank : part.length, "harness");
  return cutter.rest("example");
}

function cutMatches(text: string, expressions: readonly RegExp[]): Segment[] {
  let segments: Segment[] = [{ kind: "text", text }];
  for (const expression of expressions) {
    segments = segments.flatMap((segment) => {
      if (segment.kind !== "text") return [segment];
      const cutter = new Cutter(segment.text);
      for (const match of segment.text.matchAll(expression)) {
        cutter.cut(match.index, "text");
        cutter.cut(match.index + match[0].length, "harness");
      }
      return cutter.rest("text");
    });
  }
  return segments;
}
