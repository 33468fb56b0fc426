import type { KnownTag } from "./known-tags.js";
import { Cutter, type Segment } from "./segment.js";

const MAX_NAME = 64;
const MAX_ATTRIBUTES = 400;

interface TagToken {
  name: string;
  tag: KnownTag;
  start: number;
  /** Just after the ">". */
  end: number;
  /** Index of the closing token, or -1. */
  close: number;
}

/**
 * Splits `text` at the known tags: the outermost block wins, its inside is not looked at. A tag without its end, in a code fence
 * or in inline code is text. The tags around words of the user are harness text of their own.
 *
 * Linear in the length of `text`: every "<" is looked at once and costs at most a name and its attributes.
 */
export function splitTags(text: string, tags: ReadonlyMap<string, KnownTag>): Segment[] {
  const cutter = new Cutter(text);
  const tokens = text.includes("<") ? findTags(text, tags) : [];
  const fence = new FenceFinder(text);
  let position = 0;
  for (const token of tokens) {
    if (token.close < 0 || token.start < position) continue;
    position = fence.skip(position, token.start);
    if (token.start < position) continue;
    if (token.tag.everyday && !beginsLine(text, token.start, position)) continue;

    const close = tokens[token.close]!;
    const { kind } = token.tag;
    cutter.cut(token.start, "text");
    cutter.cutBlock(close.end, kind, token.name, token.end, close.start);
    position = close.end;
  }
  return cutter.rest("text");
}

function findTags(text: string, tags: ReadonlyMap<string, KnownTag>): TagToken[] {
  const tokens: TagToken[] = [];
  // tokens that are open, one stack a name: an end belongs to the nearest beginning of its name
  const open = new Map<string, number[]>();
  for (let start = text.indexOf("<"); start >= 0; start = text.indexOf("<", start + 1)) {
    const isClose = text.charCodeAt(start + 1) === SLASH;
    const from = start + (isClose ? 2 : 1);
    let to = from;
    while (to - from <= MAX_NAME && isNameCode(text.charCodeAt(to))) to++;
    if (to === from || to - from > MAX_NAME) continue;
    const name = text.slice(from, to).toLowerCase();
    const tag = tags.get(name);
    if (tag === undefined) continue;
    const end = endOfTag(text, to);
    // `<tag>` in backticks is talked about, not used
    if (end < 0 || text.charCodeAt(start - 1) === BACKTICK) continue;
    const stack = open.get(name);
    if (!isClose) {
      if (stack === undefined) open.set(name, [tokens.length]);
      else stack.push(tokens.length);
    } else {
      const beginning = stack?.pop();
      if (beginning === undefined) continue;
      tokens[beginning]!.close = tokens.length;
    }
    tokens.push({ name, tag, start, end, close: -1 });
  }
  return tokens;
}

const SLASH = 0x2f;
const BACKTICK = 0x60;

function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x3a
  );
}

/** Just after the ">" of a tag whose name ends at `from`; -1 where the line or another "<" comes first, or it ends in "/>". */
function endOfTag(text: string, from: number): number {
  const limit = Math.min(text.length, from + MAX_ATTRIBUTES);
  for (let at = from; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3e) return text.charCodeAt(at - 1) === SLASH ? -1 : at + 1;
    if (code === 0x3c || code === 0x0a) return -1;
  }
  return -1;
}

/** Whether only blanks lie between `start` and the beginning of its line, or the end of the block before. */
function beginsLine(text: string, start: number, blockEnd: number): boolean {
  let at = start - 1;
  while (at >= blockEnd && (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09)) at--;
  return at < blockEnd || text.charCodeAt(at) === 0x0a || text.charCodeAt(at) === 0x0d;
}

/** Finds closed code fences from left to right. */
export class FenceFinder {
  private next = -2;

  constructor(private readonly text: string) {}

  /** The end of the fence that holds `target`, for a walk that stands at `position`; `position` where none does. */
  skip(position: number, target: number): number {
    let at = position;
    for (;;) {
      const begin = this.beginning(at);
      if (begin < 0 || begin > target) return at;
      const close = this.text.indexOf("\n```", begin + 3);
      if (close < 0) {
        // no fence ends after here
        this.next = -1;
        return at;
      }
      at = close + 4;
    }
  }

  /** Where the next fence at or after `position` begins, or -1. */
  beginning(position: number): number {
    while (this.next !== -1 && this.next < position) {
      let found = this.text.indexOf("```", this.next === -2 ? position : Math.max(position, this.next + 3));
      while (found >= 0 && !beginsLine(this.text, found, 0)) found = this.text.indexOf("```", found + 3);
      this.next = found;
    }
    return this.next;
  }
}
