import { expect, test } from "vitest";
import { limitConcurrency } from "./limit-concurrency.js";

test("tasks start in their order, never more than the limit, also after one that fails", async () => {
  const limit = limitConcurrency(2);
  const events: string[] = [];
  const run = (name: string, fails = false) =>
    limit(async () => {
      events.push(`+${name}`);
      await Promise.resolve();
      events.push(`-${name}`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([run("a", true), run("b"), run("c"), run("d", true), run("e")]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled", "rejected", "fulfilled"]);
  expect(events.filter((event) => event.startsWith("+"))).toEqual(["+a", "+b", "+c", "+d", "+e"]);
  let running = 0;
  for (const event of events) {
    running += event.startsWith("+") ? 1 : -1;
    expect(running).toBeLessThanOrEqual(2);
  }
});
