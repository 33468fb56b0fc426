import { OneheadError } from "@onehead/core";

/** A finite number of a command-line option. @throws OneheadError "invalid-argument" naming the option and the value */
export function parseNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new OneheadError("invalid-argument", `${option}: not a number: ${JSON.stringify(text)}`);
  }
  return value;
}
