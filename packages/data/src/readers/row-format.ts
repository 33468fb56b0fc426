import { OneheadError } from "@onehead/core";
import { quoteName } from "../errors/describe-value.js";

/** File formats, whatever the compression: JSON Lines, CSV with a header, Parquet. */
export type RowFormat = "jsonl" | "csv" | "parquet";

export const rowFormats: readonly RowFormat[] = ["jsonl", "csv", "parquet"];

/** @throws OneheadError "invalid-argument" for a format that is none of `known` */
export function checkFormat(format: string, known: readonly RowFormat[], operation: string): void {
  if ((known as readonly string[]).includes(format)) return;
  const found = `format is unknown: ${quoteName(String(format))}`;
  throw new OneheadError("invalid-argument", `${operation}: ${found}, expected ${known.join(" or ")}`);
}

const formatOfExtension: Readonly<Record<string, RowFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".csv": "csv",
  ".parquet": "parquet",
};

/**
 * The format that a file's name says, a final `.gz` left aside.
 *
 * @throws OneheadError "invalid-argument" for any other name
 */
export function formatOfPath(path: string): RowFormat {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  const extension = name.slice(name.lastIndexOf("."));
  if (Object.hasOwn(formatOfExtension, extension)) return formatOfExtension[extension];
  const expected = `${Object.keys(formatOfExtension).join(", ")} (or pass format)`;
  throw new OneheadError(
    "invalid-argument",
    `openRows: format of ${path} is unknown, expected a name ending in ${expected}`,
  );
}
