/** Whose words a piece of a user's turn is. */
export type SegmentKind =
  /** The user's, as far as we know. */
  | "text"
  /** The user's for certain: a harness has marked it. */
  | "question"
  | "harness"
  | "tool"
  | "document"
  /** Worked examples and transcripts; they end in the history. */
  | "example";

export interface Segment {
  kind: SegmentKind;
  text: string;
  /** Where the text is the block of a tag: the name in lower case, and where its inside begins and ends. */
  wrapped?: { tag: string; start: number; end: number };
}

/** Cuts `text` at rising positions; only white space at its beginning is ever lost. */
export class Cutter {
  readonly segments: Segment[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  /** What lies between the last cut and `end` is of `kind`. */
  cut(end: number, kind: SegmentKind): void {
    if (end <= this.at) return;
    const piece = this.text.slice(this.at, end);
    const last = this.segments.at(-1);
    // blank lines stay with what they follow, so that pieces that are joined again read as before
    if (piece.trim() !== "") this.segments.push({ kind, text: piece });
    else if (last !== undefined) last.text += piece;
    this.at = end;
  }

  /** As {@link cut}, for the block of a tag whose inside lies between `innerStart` and `innerEnd`. */
  cutBlock(end: number, kind: SegmentKind, tag: string, innerStart: number, innerEnd: number): void {
    const wrapped = { tag, start: innerStart - this.at, end: innerEnd - this.at };
    this.segments.push({ kind, text: this.text.slice(this.at, end), wrapped });
    this.at = end;
  }

  /** The rest is of `kind`. */
  rest(kind: SegmentKind): Segment[] {
    this.cut(this.text.length, kind);
    return this.segments;
  }
}

/** Neighbours of `kind` become one segment. */
export function mergeSegments(segments: readonly Segment[], kind: SegmentKind): Segment[] {
  const merged: Segment[] = [];
  // pieces are gathered and joined once: adding to a string again and again would be slow for a million of them
  let run: string[] = [];
  const flush = () => {
    if (run.length > 0) merged.push({ kind, text: run.join("") });
    run = [];
  };
  for (const segment of segments) {
    // the tags around words of the user are still to be taken off
    if (segment.kind === kind && (segment.wrapped === undefined || kind !== "text")) run.push(segment.text);
    else {
      flush();
      merged.push(segment);
    }
  }
  flush();
  return merged;
}

/** The tags around words of the user become harness text of their own. */
export function unwrap(segment: Segment): Segment[] {
  const { kind, text, wrapped } = segment;
  if (wrapped === undefined || (kind !== "question" && kind !== "text")) return [segment];
  const cutter = new Cutter(text);
  cutter.cut(wrapped.start, "harness");
  cutter.cut(wrapped.end, kind);
  return cutter.rest("harness");
}
