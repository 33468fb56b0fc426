import { expect, test } from "vitest";
import { FeedbackLearner } from "./feedback-learner.js";
import { parseFeedbackState } from "./feedback-state.js";

function learnt() {
  const learner = new FeedbackLearner({}, "abc");
  for (let i = 0; i < 12; i++) learner.learn("m", 0.5, 1, `user-${i % 4}`, undefined);
  return structuredClone(learner.state());
}
type State = ReturnType<typeof learnt>;

test("reads what was written", () => {
  expect(parseFeedbackState(JSON.parse(JSON.stringify(learnt())), "abc", "events")).toEqual(learnt());
});

const damaged: ReadonlyArray<[message: string, damage: (state: State) => unknown]> = [
  ["state: null, expected an object", () => null],
  ["state: [], expected an object", () => []],
  ["state.version: 2, expected 1", (state) => ({ ...state, version: 2 })],
  [
    'state.trainedOn: "xyz", expected abc: it was learnt beside another artifact',
    (state) => ({ ...state, trainedOn: "xyz" }),
  ],
  ['state.clockIn: "ms", expected events', (state) => ({ ...state, clockIn: "ms" })],
  ["state.clock: -1, expected a number from 0", (state) => ({ ...state, clock: -1 })],
  ["state.clock: NaN, expected a number from 0", (state) => ({ ...state, clock: Number.NaN })],
  ["state.evidence: -2, expected a number from 0", (state) => ({ ...state, evidence: -2 })],
  ["state.models: undefined, expected an object", ({ models: _, ...state }) => state],
  ["state.models.m: 7, expected an object", (state) => ({ ...state, models: { m: 7 } })],
  ["state.models.m.histogram: 3, expected 20 numbers", (state) => withModel(state, { histogram: [1, 2, 3] })],
  [
    "state.models.m.histogram[2]: -1, expected a number from 0",
    (state) => withModel(state, { histogram: Array.from({ length: 20 }, (_, b) => 1 - b) }),
  ],
  [
    "state.models.m.histogram[0]: 1.7976931348623157e+308, expected a number from 0 to 9007199254740991",
    (state) => withModel(state, { histogram: new Array(20).fill(Number.MAX_VALUE) }),
  ],
  ["state.evidence: 1e+300, expected", (state) => ({ ...state, evidence: 1e300 })],
  ["state.clock: 1e+300, expected", (state) => ({ ...state, clock: 1e300 })],
  ["state.models.m.sources[0][1]: 1e+300, expected", (state) => withModel(state, { sources: [["a", 1e300, 0, 0]] })],
  ["state.models.m.countedAt: 1e+300, expected", (state) => withModel(state, { countedAt: 1e300 })],
  ['state.models.m.sources: "x", expected a list', (state) => withModel(state, { sources: "x" })],
  ["state.models.m.sources[0]: 5, expected a list", (state) => withModel(state, { sources: [5] })],
  [
    "state.models.m.sources[0][0]: 0 characters, expected a text",
    (state) => withModel(state, { sources: [["", 1, 0, 0]] }),
  ],
  ["state.models.m.sources[0][1]: 0, expected", (state) => withModel(state, { sources: [["a", 0, 0, 0]] })],
  [
    "state.models.m.sources[0][2]: 3, expected a number from -2",
    (state) => withModel(state, { sources: [["a", 2, 3, 0]] }),
  ],
  ["state.models.m.sources[0][3]: undefined, expected", (state) => withModel(state, { sources: [["a", 2, 1]] })],
  [
    "state.models.m.sources[1][0]: named twice",
    (state) =>
      withModel(state, {
        sources: [
          ["a", 2, 1, 0],
          ["a", 2, 1, 0],
        ],
      }),
  ],
];

function withModel(state: State, over: object): unknown {
  return { ...state, models: { m: { ...state.models["m"], ...over } } };
}

test.each(damaged)("refuses %s", (message, damage) => {
  expect(() => parseFeedbackState(damage(learnt()), "abc", "events")).toThrow(`learning: ${message}`);
});

test("never repeats a source in a message", () => {
  const secret = "x".repeat(300);
  expect(() => parseFeedbackState(withModel(learnt(), { sources: [[secret, 1, 0, 0]] }), "abc", "events")).toThrow(
    "300 characters",
  );
});
