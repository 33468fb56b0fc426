import { expect, it } from "vitest";
import { UsageError } from "../process/report-failure.js";
import { assertPrintableName } from "./assert-printable-name.js";

it.each(["a\u001b[2J", "a\nb", "\u0000", "\u009b"])("refuses %j, naming the flag and not the name", (name) => {
  const assert = (): void => assertPrintableName("--name", name);
  expect(assert).toThrow(new UsageError("--name has a control character, expected a name that can be printed"));
});

it.each(["gpt-4o", "größer 模型", "a/b:c"])("lets %j through", (name) => {
  expect(() => assertPrintableName("--name", name)).not.toThrow();
});
