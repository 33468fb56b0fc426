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
  /** Name of the tag that the text came in, lower case. */
  tag?: string;
}

/** Cuts `text` at rising positions; blank pieces are dropped, so that only white space is ever lost. */
export class Cutter {
  readonly segments: Segment[] = [];
  private at = 0;

  constructor(private readonly text: string) {}

  /** What lies between the last cut and `end` is of `kind`. */
  cut(end: number, kind: SegmentKind, tag?: string): void {
    if (end <= this.at) return;
    const piece = this.text.slice(this.at, end);
    if (piece.trim() !== "") this.segments.push(tag === undefined ? { kind, text: piece } : { kind, text: piece, tag });
    this.at = end;
  }

  /** The rest is of `kind`. */
  rest(kind: SegmentKind): Segment[] {
    this.cut(this.text.length, kind);
    return this.segments;
  }
}

/** Neighbours of one kind become one segment; tool results and documents keep their own edges. */
export function mergeSegments(segments: readonly Segment[], kind: SegmentKind): Segment[] {
  const merged: Segment[] = [];
  // pieces are gathered and joined once: adding to a string again and again would be slow for a million of them
  let run: string[] = [];
  const flush = () => {
    if (run.length > 0) merged.push({ kind, text: run.join("") });
    run = [];
  };
  for (const segment of segments) {
    if (segment.kind === kind) run.push(segment.text);
    else {
      flush();
      merged.push(segment);
    }
  }
  flush();
  return merged;
}
