import { OneheadError } from "@onehead/core";

const day = /^(\d{4}-\d{2}-\d{2})$/;
const moment = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since 1970 of a day, which begins at midnight UTC, or of a moment that says its zone.
 *
 * @throws OneheadError "invalid-argument" naming the option
 */
export function parseDate(option: string, text: string): number {
  const date = (day.exec(text) ?? moment.exec(text))?.[1];
  const ms = date === undefined ? Number.NaN : Date.parse(text);
  // a 31st that its month does not have would be taken for the 1st of the next
  if (!Number.isNaN(ms) && new Date(`${date}T00:00Z`).toISOString().startsWith(`${date}T`)) return ms;
  const expected = "a day such as 2026-01-31, or a moment such as 2026-01-31T12:00Z";
  throw new OneheadError("invalid-argument", `${option}: ${JSON.stringify(text.slice(0, 60))}, expected ${expected}`);
}
