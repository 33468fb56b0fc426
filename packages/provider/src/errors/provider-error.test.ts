import { describe, expect, test } from "vitest";
import { invalidArgument, ProviderError } from "./provider-error.js";

describe("an error of an adapter", () => {
  test("says what it is about, and costs and repeats nothing unless it says so", () => {
    const cause = new Error("socket");
    const error = new ProviderError("unsupported", "no seed", {
      provider: "anthropic",
      model: "m",
      host: "h:8",
      cause,
    });
    expect(error).toMatchObject({
      name: "ProviderError",
      code: "unsupported",
      message: "no seed",
      provider: "anthropic",
      model: "m",
      host: "h:8",
      retryable: false,
      billing: "none",
      cause,
    });
    expect(new ProviderError("price", "no price")).not.toHaveProperty("cause");
  });

  test("carries the brand by which Onehead's errors are known", () => {
    const error = new ProviderError("price", "no price");
    expect(Reflect.get(error, Symbol.for("onehead.error"))).toBe(true);
    expect(Reflect.get(error, Symbol.for("onehead.provider-error"))).toBe(true);
  });

  test.each([null, undefined, "error", new Error("other"), {}, { [Symbol.for("onehead.error")]: true }])(
    "is not %o",
    (value) => {
      expect(ProviderError.isInstance(value)).toBe(false);
    },
  );
});

describe("the message about an argument", () => {
  test.each<[unknown, string]>([
    [null, "null"],
    [undefined, "undefined"],
    [["a prompt"], "a list"],
    [{ prompt: "a prompt" }, "an object"],
    [() => "a prompt", "a function"],
    [new Map([["prompt", "a prompt"]]), "an object"],
    [-1, "-1"],
    [12n, "12"],
    [Symbol("x"), "Symbol(x)"],
    ["seed", "seed"],
    ["p".repeat(61), `${"p".repeat(60)}…`],
  ])("names %s as %s, never by what it holds", (found, shown) => {
    const error = invalidArgument("generate: messages[0]", found, "a message");
    expect(error.message).toBe(`generate: messages[0]: ${shown}, expected a message`);
    expect(error.code).toBe("invalid-argument");
  });
});
