import { Buffer } from "node:buffer";
import { rowFormatError } from "../errors/row-format-error.js";

/**
 * Text chunks as UTF-8, byte chunks as they are; a surrogate pair that a chunk border cuts is joined again.
 *
 * @throws OneheadError "row-format" on a lone surrogate outside of an escape, which no UTF-8 can carry
 */
export async function* toBytes(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  operation: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  let cut = "";
  for await (const chunk of chunks) {
    if (typeof chunk !== "string") {
      yield chunk;
      continue;
    }
    let text = cut + chunk;
    cut = "";
    if (/[\ud800-\udbff]$/.test(text)) {
      cut = text.slice(-1);
      text = text.slice(0, -1);
    }
    yield encode(text);
  }
  if (cut !== "") yield encode(cut);

  function encode(text: string): Uint8Array {
    if (/\p{Surrogate}/u.test(text)) {
      throw rowFormatError(`${operation}: ${name}`, "text holds a lone surrogate, expected it as a JSON escape");
    }
    return Buffer.from(text, "utf8");
  }
}
