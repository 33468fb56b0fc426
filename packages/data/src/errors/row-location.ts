/** Where in which input a row stands; the head of every message about it. */
export interface RowLocation {
  /** Public function that is reading, named first in messages. */
  operation: string;
  /** Path or a name such as "stdin". */
  file: string;
  /** Counted from 1. Lines where the input is text (a CSV header is line 1), rows where it has no lines. */
  line: number;
  unit: "line" | "row";
}

/** `<operation>: <file> <unit> <line>`, the start of a message. */
export function describeLocation({ operation, file, line, unit }: RowLocation): string {
  return `${operation}: ${file} ${unit} ${line}`;
}
