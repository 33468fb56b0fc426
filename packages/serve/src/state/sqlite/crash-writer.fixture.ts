import { writeSync } from "node:fs";
import { openedCall, settledCall } from "../logged-calls.fixture.js";
import { openSqliteState } from "./open-sqlite-state.js";

/*
 * The process that is killed: callers that open, try, settle and score calls as fast as they can, and report what a promise has
 * told them, one line each, in a file that the parent has opened: it takes every line at once, where a pipe can be full.
 */

const [path = "", startMs = "0"] = process.argv.slice(2);
const reports = 3;
const callers = 12;
const models = ["a", "b", "c"];

const state = await openSqliteState({ path });
const report = (what: string, id: string): void => {
  writeSync(reports, `${what} ${id}\n`);
};

async function caller(): Promise<never> {
  for (let n = 0; ; n++) {
    const model = models[n % models.length]!;
    const call = openedCall({ timeMs: Number(startMs) + Math.random() * 3 * 3_600_000, model });
    await state.open(call, { question: "q".repeat(200), request: { model: "auto" } });
    report("opened", call.id);
    if (n % 3 === 0) {
      await state.beginTry(call.id, "d", 0.5);
      report("tried", call.id);
    }
    if (n % 5 === 0) {
      await state.addFeedback({ id: call.id, timeMs: 1, score: Math.random(), source: null, comment: null });
      report("scored", call.id);
    }
    // one in eleven is under way until the end
    if (n % 11 === 0) continue;
    const status = n % 7 === 0 ? "failed" : "answered";
    await state.settle(settledCall(call.id, { model, status, latencyMs: Math.random() * 1e3 }), "answer");
    report("settled", call.id);
  }
}

process.stdout.write("ready");
for (let i = 0; i < callers; i++) void caller();
