import { OneheadError } from "@onehead/core";
import { afterEach, expect, it, vi } from "vitest";
import { exitCodes, reportFailure } from "./report-failure.js";

afterEach(() => {
  vi.restoreAllMocks();
});

const failure = new OneheadError("unknown-model", "pool: unknown model: a\u001b[2J\nonehead: all is well");

it("a failure is one line, whatever names it quotes", () => {
  const line = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(reportFailure(failure, false)).toBe(exitCodes.failed);
  const expected = "onehead: pool: unknown model: a\\u001b[2J\\u000aonehead: all is well";
  expect(line.mock.calls).toEqual([[expected]]);
});

it("JSON has the message as it is", () => {
  const text = vi.spyOn(console, "log").mockImplementation(() => {});
  reportFailure(failure, true);
  const { error } = JSON.parse(text.mock.calls[0][0] as string) as { error: { message: string } };
  expect(error.message).toBe(failure.message);
});
