import { expect, test } from "vitest";
import type * as Provider from "../index.js";

// each adapter is built with a copy of its own: two loads of the build stand for two adapters
const built = new URL("../../dist/index.js", import.meta.url).href;
const load = (copy: string): Promise<typeof Provider> => import(/* @vite-ignore */ `${built}?copy=${copy}`);

test("an error of one copy is known to another, where instanceof is not", async () => {
  const [one, two] = [await load("one"), await load("two")];
  const errors = [
    { error: new one.ProviderError("price", "no price"), known: two.ProviderError },
    { error: new one.ProviderHttpError("429", { status: 429 }), known: two.ProviderHttpError },
    { error: new one.ProviderTimeoutError("late", { timeoutMs: 1, phase: "idle" }), known: two.ProviderTimeoutError },
    { error: new one.ProviderResponseError("cut off"), known: two.ProviderResponseError },
    { error: new one.ProviderAbortedError("aborted"), known: two.ProviderAbortedError },
  ];
  for (const { error, known } of errors) {
    expect(error).not.toBeInstanceOf(two.ProviderError);
    expect(two.ProviderError.isInstance(error)).toBe(true);
    expect(known.isInstance(error)).toBe(true);
  }
  expect(two.ProviderHttpError.isInstance(errors[0].error)).toBe(false);
});
