import { expect, it } from "vitest";
import { otherModels, seriesOf, stackCalls } from "./stack-calls.js";

const totals = {} as never;
const report = {
  buckets: [
    { start: "a", totals, calls: { big: 6, middle: 3, small: 1, tiny: 0 } },
    { start: "b", totals, calls: {} },
    { start: "c", totals, calls: { big: 1, small: 1, least: 1 } },
  ],
};

it("names the busiest models and gathers the others", () => {
  expect(seriesOf(report, 9)).toEqual(["big", "middle", "small", "least"]);
  expect(seriesOf(report, 3)).toEqual(["big", "middle", otherModels]);
});

it("stacks shares to 1 and calls to their sum, and loses none to the others", () => {
  const series = seriesOf(report, 3);
  const [a, b, c] = stackCalls(report, series, "share");
  expect(a.parts.map(({ to }) => to)).toEqual([0.6, 0.9, 1].map((value) => expect.closeTo(value, 12)));
  expect(b).toEqual({ start: "b", total: 0, parts: [] });
  expect(c.parts.map(({ series: name, calls }) => [name, calls])).toEqual([
    ["big", 1],
    [otherModels, 2],
  ]);
  expect(stackCalls(report, series, "calls")[0].parts.at(-1)?.to).toBe(10);
});
