import type { Candidate } from "@onehead/core";
import { PriceBook } from "@onehead/provider";
import { expect, test } from "vitest";
import type { RuntimeOptions } from "../runtime-options.js";
import { KnownCandidates } from "./known-candidates.js";

const own = { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2 };
const candidate = (id: string, more: Partial<Candidate> = {}): Candidate =>
  ({ id, profile: { kind: "measured" }, costKind: "tokens", smearing: 1, ...more }) as Candidate;

/** A router that is nothing but its list of candidates. */
function knownOf(candidates: readonly Candidate[], more: Partial<RuntimeOptions> = {}) {
  const router = { candidates };
  return { router, known: new KnownCandidates({ router: router as RuntimeOptions["router"], ...more }) };
}

test("a candidate is named as the options say, else as the router does; another model has no provider", () => {
  const { known } = knownOf([candidate("a", { provider: "p" }), candidate("b", { provider: "q" })], {
    names: { b: { provider: "r", model: "b-1" } },
  });
  expect(["a", "b", "c"].map((id) => known.nameOf(id))).toEqual([
    { provider: "p", model: "a" },
    { provider: "r", model: "b-1" },
    { provider: "", model: "c" },
  ]);
  expect(["a", "b", "c"].map((id) => known.has(id))).toEqual([true, true, false]);
});

test("prices are those of the book, else those of the router, else not known", () => {
  const listed = { ...own, inputUsdPerMillionTokens: 5, source: "book", asOf: "2026-11-26" };
  const prices = new PriceBook([{ provider: "p", model: "a", kind: "chat", prices: listed, capabilities: {} }]);
  const { known } = knownOf(
    [candidate("a", { provider: "p", prices: own }), candidate("b", { prices: own }), candidate("c")],
    { prices },
  );
  expect(known.pricesOf("a")).toEqual(listed);
  expect(known.pricesOf("b")).toEqual({ ...own, source: "the router", asOf: "1970-01-01" });
  expect(known.pricesOf("b")).toBe(known.pricesOf("b"));
  expect([known.pricesOf("c"), known.pricesOf("d")]).toEqual([undefined, undefined]);
});

test("what the router's candidates have become is seen", () => {
  const { known, router } = knownOf([candidate("a", { prices: own })]);
  expect(known.pricesOf("a")?.outputUsdPerMillionTokens).toBe(2);
  router.candidates = [candidate("a", { prices: { ...own, outputUsdPerMillionTokens: 3 } }), candidate("b")];
  expect(known.pricesOf("a")?.outputUsdPerMillionTokens).toBe(3);
  expect(known.has("b")).toBe(true);
});
