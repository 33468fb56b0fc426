import { expect, test } from "vitest";
import { LruCache } from "./lru-cache.js";

test("forgets what was used longest ago", () => {
  const cache = new LruCache<number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c"), cache.size]).toEqual([1, undefined, 3, 2]);
  // set again is a use too
  cache.set("a", 4);
  cache.set("d", 5);
  expect([cache.get("a"), cache.get("c"), cache.get("d")]).toEqual([4, undefined, 5]);
});

test("of no capacity keeps nothing", () => {
  const cache = new LruCache<number>(0);
  cache.set("a", 1);
  expect([cache.get("a"), cache.size]).toEqual([undefined, 0]);
});
