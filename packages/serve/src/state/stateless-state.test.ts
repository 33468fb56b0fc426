import { describe, expect, it } from "vitest";
import { openedCall, settledCall } from "./logged-calls.fixture.js";
import { statelessState } from "./stateless-state.js";

// the contract suite is about what is kept
describe("a state that keeps nothing", () => {
  it("takes every write and finds nothing afterwards", async () => {
    const state = statelessState();
    const call = openedCall();
    await state.open(call, { question: "q", request: {} });
    await state.beginTry(call.id, "b", 1);
    await state.settle(settledCall(call.id), "a");
    expect(await state.addFeedback({ id: call.id, timeMs: 1, score: 1, source: null, comment: null })).toBe(false);
    expect(state.durable).toBe(false);
    expect(await state.call(call.id)).toBeNull();
    expect(await state.contents(call.id)).toBeNull();
    expect(await state.callOfResponse("r")).toBeNull();
    expect(await state.calls({}, { limit: 5 })).toEqual({ calls: [], next: null });
    expect(await state.usage({ fromMs: 0, toMs: 1, bucketMs: 3_600_000 })).toEqual([]);
    expect(await state.remove({ beforeMs: 9 })).toBe(0);
    expect(await state.removeContents({ ids: [call.id] })).toBe(0);
    await state.close();
  });
});
