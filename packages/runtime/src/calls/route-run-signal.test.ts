import { ProviderHttpError, type RouteAttempt } from "@onehead/provider";
import { describe, expect, test, vi } from "vitest";
import { ProviderLimits } from "./provider-limits.js";
import { RouteRun, type RunContext } from "./route-run.js";
import { runContext } from "./run-context.fixture.js";

const ranking = ["best", "second", "third"].map((model, i) => ({
  model,
  predictedQuality: 0.9,
  predictedCostUsd: 0.01,
  reward: -i,
}));
const busy = new ProviderHttpError("http", { status: 503 });

/** A signal that counts who listens to it. */
function countedSignal() {
  const controller = new AbortController();
  const added = vi.spyOn(controller.signal, "addEventListener");
  const removed = vi.spyOn(controller.signal, "removeEventListener");
  const left = (): number => added.mock.calls.length - removed.mock.calls.length;
  return { controller, signal: controller.signal, added, removed, left };
}

function runOf(attempt: RouteAttempt<string>, signal: AbortSignal, over: Partial<RunContext> = {}) {
  return new RouteRun({ id: "decision", model: "best", ranking }, attempt, { signal }, runContext(over)).execute();
}

describe("the caller's signal has one listener of a run", () => {
  test("however many tries it takes, until it is settled", async () => {
    const { signal, added, removed, left } = countedSignal();
    const call = await runOf(async ({ model }) => {
      if (model !== "third") throw busy;
      return "begun";
    }, signal);
    expect(call.outcome.tries).toHaveLength(5);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
    call.settle(undefined);
    expect(left()).toBe(0);
  });

  test("also where another candidate is asked as well", async () => {
    const { signal, added, left } = countedSignal();
    const slow: RouteAttempt<string> = ({ model }) =>
      model === "second" ? Promise.resolve("begun") : new Promise(() => {});
    const call = await runOf(slow, signal, { hedgeAfterMs: 1 });
    expect(added).toHaveBeenCalledTimes(1);
    call.settle(undefined);
    expect(left()).toBe(0);
  });

  test.each<[string, RouteAttempt<string>, Partial<RunContext>]>([
    ["when nobody answers", () => Promise.reject(busy), {}],
    ["at the deadline", () => new Promise(() => {}), { deadlineMs: 5 }],
    ["when the request is at fault", () => Promise.reject(new TypeError("no")), {}],
    ["when no place comes free", async () => "begun", { limits: fullLimits() }],
  ])("and none %s", async (_, attempt, over) => {
    const { signal, added, left } = countedSignal();
    await expect(runOf(attempt, signal, over)).rejects.toThrow();
    expect(added).toHaveBeenCalledTimes(1);
    expect(left()).toBe(0);
  });
});

function fullLimits(): ProviderLimits {
  const limits = new ProviderLimits({ p: { concurrency: 1 } }, 5);
  limits.enter("p", new AbortController().signal);
  return limits;
}

test("an abort ends the wait for a place", async () => {
  const { controller, signal, left } = countedSignal();
  const limits = new ProviderLimits({ p: { concurrency: 1 } }, 1_000_000);
  limits.enter("p", signal);
  const run = runOf(async () => "begun", signal, { limits });
  setTimeout(() => controller.abort(), 5);
  await expect(run).rejects.toMatchObject({ code: "aborted" });
  expect(left()).toBe(0);
});

test("an answer that has begun hears why the caller aborts; one that is settled does not", async () => {
  const { controller, signal } = countedSignal();
  const inner: AbortSignal[] = [];
  const attempt: RouteAttempt<string> = async (asked) => {
    inner.push(asked.signal);
    return "begun";
  };
  await runOf(attempt, signal);
  const { settle } = await runOf(attempt, signal);
  settle(undefined);
  controller.abort("gone");
  expect(inner.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(inner[0].reason).toBe("gone");
});
