import { OneheadError } from "@onehead/core";
import { readInput } from "./read-input.js";

/**
 * The value of a JSON file. A field `__proto__` is refused, since what checks the value further would leave it out without a word.
 *
 * @throws OneheadError "io", or "invalid-argument" naming the file and such a field
 */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readInput(path);
  try {
    const json: unknown = JSON.parse(bytes.toString("utf8"));
    assertNoProto(json, path);
    return json;
  } catch (cause) {
    if (OneheadError.isInstance(cause)) throw cause;
    // the place alone: the rest of the message quotes what is there, which may be a key
    const [place] = /at position \d+(?: \(line \d+ column \d+\))?/.exec((cause as Error).message) ?? [];
    throw new OneheadError("invalid-argument", `${path}: not JSON${place === undefined ? "" : ` ${place}`}`, { cause });
  }
}

/** @throws OneheadError "invalid-argument" naming file and field */
export function assertNoProto(value: unknown, file: string, above = ""): void {
  if (typeof value !== "object" || value === null) return;
  for (const [field, below] of Object.entries(value)) {
    if (field === "__proto__") {
      throw new OneheadError("invalid-argument", `${file}: ${above}__proto__: cannot be read, expected another name`);
    }
    assertNoProto(below, file, `${above}${field}.`);
  }
}
