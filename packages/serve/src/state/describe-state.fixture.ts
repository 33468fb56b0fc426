import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CallFilter, type GatewayState, latencyBucketsMs, type UsageBucket } from "./gateway-state.js";
import { openedCall, settledCall } from "./logged-calls.fixture.js";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1, 1);
const dayRange = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 0, 2), bucketMs: 24 * hourMs };

/** What every implementation of `GatewayState` that keeps something keeps to. */
export function describeState(name: string, open: () => Promise<GatewayState>): void {
  describe(name, () => {
    let state: GatewayState;
    beforeEach(async () => {
      state = await open();
    });
    afterEach(() => state.close());

    describeCalls(() => state);
    describePages(() => state);
    describeUsage(() => state);
    describeRemoval(() => state);
  });
}

function describeCalls(now: () => GatewayState): void {
  it("reads an open call back as it was written", async () => {
    const call = openedCall({ requestedModel: "au\u0000to", owner: "k1", conversationId: "c" });
    await now().open(call);
    expect(await now().call(call.id)).toEqual({ ...call, status: "open", answeredBy: "openai/small", feedback: [] });
  });

  it("reads a settled call back with both halves", async () => {
    const call = openedCall();
    await now().open(call);
    const settled = settledCall(call.id, {
      model: "anthropic/large",
      provider: "anthropic",
      tries: [
        { model: "openai/small", outcome: "failed", elapsedMs: 5, error: "http", status: 500, costUsd: null },
        { model: "anthropic/large", outcome: "answered", elapsedMs: 250, costUsd: 0.003 },
      ],
      unresolvedTries: 1,
      unresolvedAtMostUsd: 0.01,
    });
    await now().settle(settled);
    const { model, provider, ...ended } = settled;
    expect(await now().call(call.id)).toEqual({ ...call, ...ended, answeredBy: model, feedback: [] });
  });

  it("takes what was asked at the time of asking", async () => {
    const call = openedCall();
    const ranking = [...call.ranking];
    const written = now().open({ ...call, ranking });
    ranking.length = 0;
    await written;
    expect((await now().call(call.id))?.ranking).toEqual(call.ranking);
  });

  it("settles a call whose opening is not yet committed", async () => {
    const call = openedCall();
    await Promise.all([now().open(call), now().beginTry(call.id, "b", 1), now().settle(settledCall(call.id))]);
    expect((await now().call(call.id))?.status).toBe("answered");
  });

  it("never changes a call that has ended", async () => {
    const call = openedCall();
    await now().open(call);
    await now().settle(settledCall(call.id));
    const before = await now().call(call.id);
    await now().settle(settledCall(call.id, { status: "failed", costUsd: 9 }));
    await now().beginTry(call.id, "other", 1);
    expect(await now().call(call.id)).toEqual(before);
    expect((await now().usage(dayRange))[0]?.costUsd).toBe(0.003);
  });

  it("rejects a settlement and a try of a call that was never opened", async () => {
    const id = randomUUID();
    await expect(now().settle(settledCall(id))).rejects.toMatchObject({ code: "invalid-argument" });
    await expect(now().beginTry(id, "b", 1)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("rejects the bad row of a group alone", async () => {
    const calls = Array.from({ length: 5 }, () => openedCall());
    const bad = [openedCall({ id: calls[0]!.id }), { ...openedCall(), model: true as unknown as string }];
    const results = await Promise.allSettled(
      [...calls.slice(0, 3), ...bad, ...calls.slice(3)].map((c) => now().open(c)),
    );
    expect(results.map(({ status }) => status === "fulfilled")).toEqual([true, true, true, false, false, true, true]);
    for (const result of results.slice(3, 5)) expect(result).toMatchObject({ reason: { code: "invalid-argument" } });
    for (const { id } of calls) expect(await now().call(id)).not.toBeNull();
  });

  it("knows nothing of an unknown id", async () => {
    const id = randomUUID();
    expect(await now().call(id)).toBeNull();
    expect(await now().contents(id)).toBeNull();
    expect(await now().callOfResponse(id)).toBeNull();
    expect(await now().addFeedback({ id, timeMs: 1, score: 1, source: null, comment: null })).toBe(false);
  });

  it("keeps contents where they are given, and the answer with them", async () => {
    const [kept, other] = [openedCall(), openedCall()];
    const asked = { question: "nul \u0000, half \ud800", request: { messages: [{ content: "é" }] } };
    await now().open(kept, asked);
    await now().open(other);
    expect(await now().contents(kept.id)).toEqual({ id: kept.id, ...asked, answer: null });
    await now().settle(settledCall(kept.id), "the answer");
    await now().settle(settledCall(other.id), "not to be kept");
    expect(await now().contents(kept.id)).toEqual({ id: kept.id, ...asked, answer: "the answer" });
    expect(await now().contents(other.id)).toBeNull();
  });

  it("finds the newest call that gave a response of an id", async () => {
    for (const model of ["a", "b"]) {
      const call = openedCall({ surface: "responses" });
      await now().open(call);
      await now().settle(settledCall(call.id, { model, responseId: "resp_1" }));
      expect(await now().callOfResponse("resp_1")).toEqual({ id: call.id, model });
    }
  });

  it("keeps every score of a call, in order", async () => {
    const call = openedCall();
    await now().open(call);
    const scores = [0.25, 1].map((score) => ({ id: call.id, timeMs: score, score, source: "ci", comment: "c\u0000d" }));
    for (const one of scores) expect(await now().addFeedback(one)).toBe(true);
    expect((await now().call(call.id))?.feedback).toEqual(scores);
    const outside = { id: call.id, timeMs: 1, score: 1.5, source: null, comment: null };
    await expect(now().addFeedback(outside)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("refuses work once it is closed", async () => {
    const under = now().open(openedCall());
    const closed = now().close();
    await expect(now().open(openedCall())).rejects.toMatchObject({ code: "io" });
    await expect(now().call(randomUUID())).rejects.toMatchObject({ code: "io" });
    await under;
    await closed;
    await now().close();
  });
}

function describePages(now: () => GatewayState): void {
  const models = ["a", "b", "c"];
  const statuses = ["answered", "failed", undefined] as const;
  const surfaces = ["chat-completions", "messages"] as const;

  /** 72 calls of every mix, three to a moment, every seventh scored. */
  async function fill(): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < 72; i++) {
      const timeMs = startMs + Math.floor(i / 3);
      const call = openedCall({ timeMs, model: models[i % 3]!, surface: surfaces[i % 2]! });
      ids.push(call.id);
      await now().open(call);
      const status = statuses[Math.floor(i / 3) % 3];
      if (status !== undefined) await now().settle(settledCall(call.id, { status, model: models[i % 3]! }));
      if (i % 7 === 0) await now().addFeedback({ id: call.id, timeMs, score: 1, source: null, comment: null });
    }
    return ids.reverse();
  }

  async function walk(filter: CallFilter, limit: number) {
    const calls = [];
    for (let after: string | undefined; ; ) {
      const page = await now().calls(filter, { limit, after });
      calls.push(...page.calls);
      if (page.next === null) return calls;
      expect(page.calls).toHaveLength(limit);
      after = page.next;
    }
  }

  it("gives every call once, newest first, whatever the size of pages", async () => {
    const ids = await fill();
    for (const limit of [1, 7, 36, 72, 100]) expect((await walk({}, limit)).map(({ id }) => id)).toEqual(ids);
  });

  it("filters alike alone and together", async () => {
    await fill();
    const all = await walk({}, 100);
    const times = { fromMs: startMs + 2, toMs: startMs + 20 };
    for (const model of [undefined, "b"])
      for (const status of [undefined, "answered", "failed", "open", "broken"] as const)
        for (const surface of [undefined, "messages"] as const)
          for (const scored of [undefined, true, false])
            for (const range of [{}, times]) {
              const expected = all.filter(
                (call) =>
                  (model === undefined || call.answeredBy === model) &&
                  (status === undefined || call.status === status) &&
                  (surface === undefined || call.surface === surface) &&
                  (scored === undefined || call.feedback.length > 0 === scored) &&
                  (range === times ? call.timeMs >= times.fromMs && call.timeMs < times.toMs : true),
              );
              const found = await walk({ model, status, surface, scored, ...range }, 5);
              expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
            }
  });

  it("finds what a conversation and an owner have", async () => {
    await fill();
    const [talk, own, both] = [{ conversationId: "c1" }, { owner: "k1" }, { conversationId: "c1", owner: "k1" }];
    const ids: string[] = [];
    for (const has of [talk, own, both]) {
      const call = openedCall({ ...has, timeMs: startMs + hourMs });
      ids.unshift(call.id);
      await now().open(call);
    }
    const found = async (filter: CallFilter) => (await walk(filter, 1)).map(({ id }) => id);
    expect(await found(talk)).toEqual([ids[0], ids[2]]);
    expect(await found(own)).toEqual([ids[0], ids[1]]);
    expect(await found(both)).toEqual([ids[0]]);
    expect(await found({ ...own, model: "a" })).toEqual([]);
  });

  it("does not lose its place when calls come and go between pages", async () => {
    const ids = await fill();
    const first = await now().calls({}, { limit: 10 });
    await now().open(openedCall({ timeMs: startMs + hourMs }));
    await now().remove({ ids: [ids[9]!, ids[12]!] });
    const second = await now().calls({}, { limit: 3, after: first.next! });
    expect(second.calls.map(({ id }) => id)).toEqual([ids[10], ids[11], ids[13]]);
  });

  it("refuses a limit and a cursor that make no sense", async () => {
    for (const page of [{ limit: 0 }, { limit: 1.5 }, { limit: 1, after: "x" }])
      await expect(now().calls({}, page)).rejects.toMatchObject({ code: "invalid-argument" });
  });
}

function describeUsage(now: () => GatewayState): void {
  const empty: Omit<UsageBucket, "startMs" | "model"> = {
    calls: 0,
    answered: 0,
    failed: 0,
    cached: 0,
    costUsd: 0,
    unresolvedTries: 0,
    unresolvedAtMostUsd: 0,
    compared: { calls: 0, costUsd: 0, predictedCostUsd: 0, bestPredictedCostUsd: 0 },
    predictedQuality: { sum: 0, calls: 0 },
    feedback: { sum: 0, scores: 0 },
    familiarity: { sum: 0, calls: 0 },
    inputTokens: 0,
    outputTokens: 0,
    latency: [...latencyBucketsMs, 0].map(() => 0),
  };

  it("sums settled calls, and not those under way", async () => {
    const calls = [
      openedCall(),
      openedCall(),
      openedCall({ routed: false, predictedQuality: null, familiarity: null }),
    ];
    for (const call of calls) await now().open(call);
    expect(await now().usage(dayRange)).toEqual([]);
    await now().settle(settledCall(calls[0]!.id));
    await now().settle(
      settledCall(calls[1]!.id, { status: "broken", latencyMs: 1e6, unresolvedTries: 2, unresolvedAtMostUsd: 0.5 }),
    );
    await now().settle(settledCall(calls[2]!.id, { cached: true, costUsd: null, latencyMs: 50 }));
    const latency = [...empty.latency];
    // 300 ms lies in (200, 400], 50 in the first, 1,000 s beyond the last bound
    for (const i of [0, 3, 12]) latency[i] = 1;
    expect(await now().usage(dayRange)).toEqual([
      {
        ...empty,
        startMs: dayRange.fromMs,
        model: "openai/small",
        calls: 3,
        answered: 2,
        failed: 1,
        cached: 1,
        costUsd: 0.006,
        unresolvedTries: 2,
        unresolvedAtMostUsd: 0.5,
        compared: { calls: 1, costUsd: 0.003, predictedCostUsd: 0.002, bestPredictedCostUsd: 0.02 },
        predictedQuality: { sum: 1.4, calls: 2 },
        familiarity: { sum: 1.8, calls: 2 },
        inputTokens: 39,
        outputTokens: 120,
        latency,
      },
    ]);
  });

  it("counts a call in the stretch that it ended in, by the model that ended it", async () => {
    for (const [hour, model] of [
      [0, "b"],
      [0, "a"],
      [1, "a"],
      [3, "a"],
    ] as const) {
      const call = openedCall({ timeMs: startMs + hour * hourMs - 100 });
      await now().open(call);
      await now().settle(settledCall(call.id, { model, latencyMs: 100 }));
    }
    const range = { fromMs: startMs + 30 * 60_000, toMs: startMs + 3 * hourMs + 1 };
    const found = async (bucketMs: number) =>
      (await now().usage({ ...range, bucketMs })).map((b) => [(b.startMs - startMs) / hourMs, b.model, b.calls]);
    expect(await found(hourMs)).toEqual([
      [0, "a", 1],
      [0, "b", 1],
      [1, "a", 1],
      [3, "a", 1],
    ]);
    expect(await found(2 * hourMs)).toEqual([
      [0, "a", 2],
      [0, "b", 1],
      [2, "a", 1],
    ]);
    expect(await found(1_000 * hourMs)).toEqual([
      [0, "a", 3],
      [0, "b", 1],
    ]);
  });

  it("adds feedback to the stretch of its call, whether it comes before the end or long after", async () => {
    const [early, late] = [openedCall(), openedCall()];
    for (const call of [early, late]) await now().open(call);
    const given = { timeMs: startMs + 99 * hourMs, source: null, comment: null };
    await now().addFeedback({ ...given, id: early.id, score: 0.5 });
    await now().addFeedback({ ...given, id: early.id, score: 0.25 });
    for (const call of [early, late]) await now().settle(settledCall(call.id));
    await now().addFeedback({ ...given, id: late.id, score: 1 });
    expect((await now().usage(dayRange)).map((b) => b.feedback)).toEqual([{ sum: 1.75, scores: 3 }]);
  });

  it("reads all time at once, and refuses stretches that are no hours", async () => {
    const call = openedCall();
    await now().open(call);
    await now().settle(settledCall(call.id));
    expect(await now().usage({ fromMs: 0, toMs: 1e14, bucketMs: hourMs })).toHaveLength(1);
    for (const bucketMs of [0, hourMs / 2, Number.NaN])
      await expect(now().usage({ ...dayRange, bucketMs })).rejects.toMatchObject({ code: "invalid-argument" });
  });
}

function describeRemoval(now: () => GatewayState): void {
  async function fill(count: number): Promise<string[]> {
    const calls = Array.from({ length: count }, (_, i) => openedCall({ timeMs: startMs + i, surface: "responses" }));
    const asked = { question: "q", request: {} };
    await Promise.all(calls.map((call) => now().open(call, asked)));
    await Promise.all(calls.map(({ id }) => now().settle(settledCall(id, { responseId: id }))));
    await Promise.all(
      calls.map(({ id }) => now().addFeedback({ id, timeMs: 1, score: 1, source: null, comment: null })),
    );
    return calls.map(({ id }) => id);
  }

  it("removes a call with all that belongs to it, and keeps what it cost", async () => {
    const [first, second] = (await fill(2)) as [string, string];
    expect(await now().remove({ ids: [first, randomUUID()] })).toBe(1);
    expect(await now().call(first)).toBeNull();
    expect(await now().contents(first)).toBeNull();
    expect(await now().callOfResponse(first)).toBeNull();
    expect((await now().calls({ scored: true }, { limit: 9 })).calls.map(({ id }) => id)).toEqual([second]);
    expect((await now().usage(dayRange))[0]).toMatchObject({ calls: 2, costUsd: 0.006 });
  });

  it("removes everything before a time, however much it is", async () => {
    const ids = await fill(450);
    expect(await now().remove({ beforeMs: startMs + 400 })).toBe(400);
    expect((await now().calls({}, { limit: 100 })).calls.map(({ id }) => id)).toEqual(ids.slice(400).reverse());
    expect(await now().remove({ ids })).toBe(50);
  });

  it("removes contents alone", async () => {
    const ids = await fill(250);
    expect(await now().removeContents({ beforeMs: startMs + 200 })).toBe(200);
    expect(await now().removeContents({ ids: [ids[0]!, ids[249]!] })).toBe(1);
    expect(await now().contents(ids[199]!)).toBeNull();
    expect(await now().contents(ids[200]!)).not.toBeNull();
    expect((await now().call(ids[0]!))?.status).toBe("answered");
  });
}
