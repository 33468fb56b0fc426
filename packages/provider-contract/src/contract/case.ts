import { test } from "vitest";
import type { ContractCase, ContractSubject } from "./subject.js";

/** A test that a subject may leave out, with its reason in the name. */
export function contractTest(
  subject: ContractSubject,
  name: ContractCase | readonly [ContractCase, string],
  work: () => Promise<void>,
): void {
  const [key, title] = typeof name === "string" ? [name, name] : name;
  const reason = subject.skips?.[key];
  if (reason === undefined) test(title, work);
  else test.skip(`${title} (${reason})`, () => {});
}
