import { OneheadError } from "@onehead/core";
import { expect, test } from "vitest";
import { type ProbePrompt, probeModel } from "./probe-model.js";

const promptsOf = (count: number): ProbePrompt[] =>
  Array.from({ length: count }, (_, i) => ({ id: `p${i}`, prompt: `question ${i}`, answer: String(i) }));
const echo = async (prompt: string) => ({ answer: prompt.split(" ")[1], outputTokens: 1 });
const exact = ({ answer }: ProbePrompt, given: string) => (answer === given ? 1 : 0);
const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as OneheadError,
  );

test("every prompt is asked once and scored, in the order of the prompts", async () => {
  const asked: string[] = [];
  const { scored, failures } = await probeModel({
    prompts: promptsOf(10),
    complete: async (prompt) => {
      asked.push(prompt);
      // the later ones answer first
      await new Promise((resolve) => setTimeout(resolve, 10 - Number(prompt.split(" ")[1])));
      return echo(prompt);
    },
    score: ({ id }) => (id === "p3" ? 0 : 1),
  });
  expect(asked).toHaveLength(10);
  expect(failures).toEqual([]);
  expect(scored.map(({ id }) => id)).toEqual(promptsOf(10).map(({ id }) => id));
  expect(scored[3]).toEqual({ id: "p3", prompt: "question 3", score: 0, outputTokens: 1 });
});

test("no more calls at the same time than asked for", async () => {
  let running = 0;
  let most = 0;
  await probeModel({
    prompts: promptsOf(12),
    concurrency: 3,
    score: exact,
    complete: async (prompt) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return echo(prompt);
    },
  });
  expect(most).toBe(3);
});

test("a prompt that fails is left out and reported; the others are scored", async () => {
  const failed: string[] = [];
  const { scored, failures } = await probeModel({
    prompts: promptsOf(9),
    score: exact,
    complete: (prompt) => (prompt.endsWith("4") ? Promise.reject(new Error("busy")) : echo(prompt)),
    onFailed: (id) => failed.push(id),
  });
  expect(scored).toHaveLength(8);
  expect(failures.map(({ id }) => id)).toEqual(["p4"]);
  expect(failed).toEqual(["p4"]);
});

test("a score that is none counts as a failure, without the answer in its message", async () => {
  const { failures } = await probeModel({ prompts: promptsOf(1), complete: echo, score: () => Number.NaN });
  expect((failures[0].error as Error).message).toBe("probeModel: score: NaN, expected a number from 0 to 1");
});

test("eight failures in a row end it, and nothing more is sent", async () => {
  let calls = 0;
  const error = await rejection(
    probeModel({
      prompts: promptsOf(100),
      concurrency: 1,
      score: exact,
      complete: async () => {
        calls++;
        throw new OneheadError("io", "complete: HTTP 401");
      },
    }),
  );
  expect(error?.code).toBe("io");
  expect(error?.message).toContain("8 prompts in a row failed: complete: HTTP 401");
  expect(calls).toBe(8);
});

test("an abort stops the sending, tells the calls under way, and what was scored has been handed out", async () => {
  const controller = new AbortController();
  const handed: string[] = [];
  let told = 0;
  const error = await rejection(
    probeModel({
      prompts: promptsOf(50),
      concurrency: 2,
      score: exact,
      signal: controller.signal,
      complete: async (prompt, signal) => {
        if (handed.length < 5) return echo(prompt);
        signal.addEventListener("abort", () => told++);
        controller.abort();
        throw signal.reason;
      },
      onScored: ({ id }) => void handed.push(id),
    }),
  );
  expect(error?.code).toBe("aborted");
  expect(handed.length).toBeGreaterThanOrEqual(5);
  expect(handed.length).toBeLessThan(8);
  expect(told).toBeGreaterThan(0);
});

test("an error of whoever keeps the scores ends the probe", async () => {
  const kept = probeModel({
    prompts: promptsOf(5),
    complete: echo,
    score: exact,
    onScored: () => Promise.reject(new OneheadError("io", "cannot write")),
  });
  expect((await rejection(kept))?.message).toBe("cannot write");
});

test.each([0, 1.5, Number.NaN])("a concurrency of %d is refused", async (concurrency) => {
  const error = await rejection(probeModel({ prompts: [], complete: echo, score: exact, concurrency }));
  expect(error?.code).toBe("invalid-argument");
});
