import { expect, test } from "vitest";
import { Stop } from "./stop.js";

test("a stop calls each listener once, and none that has left", () => {
  const stop = new Stop();
  const calls: string[] = [];
  const left = (): void => void calls.push("left");
  stop.addEventListener("abort", () => calls.push("first"));
  stop.addEventListener("abort", left);
  stop.addEventListener("abort", () => calls.push("second"));
  stop.removeEventListener("abort", left);
  expect(stop.aborted).toBe(false);
  stop.abort();
  stop.abort();
  expect(stop.aborted).toBe(true);
  expect(calls).toEqual(["first", "second"]);
});

test("a listener finds it stopped, and may take another one away", () => {
  const stop = new Stop();
  const calls: unknown[] = [];
  const other = (): void => void calls.push("other");
  stop.addEventListener("abort", () => {
    calls.push(stop.aborted);
    stop.removeEventListener("abort", other);
  });
  stop.addEventListener("abort", other);
  stop.abort();
  expect(calls).toEqual([true]);
});
