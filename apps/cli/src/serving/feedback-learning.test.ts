import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Artifact, parseArtifact, Router } from "@onehead/core";
import type { CallRecord, LoggedFeedback } from "@onehead/serve";
import pino from "pino";
import { afterAll, describe, expect, it } from "vitest";
import { FeedbackLearning, learningFile } from "./feedback-learning.js";
import { runGateway } from "./running-gateway.js";

interface RouteReport {
  decision: { ranking: Array<{ model: string; predictedQuality: number }> };
}

const folder = mkdtempSync(join(tmpdir(), "onehead-learning-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newDatabase = (): string => join(folder, `${files++}.db`);

const here = dirname(fileURLToPath(import.meta.url));
const artifact = parseArtifact(readFileSync(join(here, "../../artifacts/default.onehead")));
const other: Artifact = {
  ...artifact,
  manifest: { ...artifact.manifest, training: { ...artifact.manifest.training, dataHash: "0000abcd" } },
};
const { dataHash } = artifact.manifest.training;
const logger = pino({ level: "silent" });

function served(learning: FeedbackLearning, of = artifact): Router {
  const router = new Router(of, { learning: learning.forRouter });
  learning.serve(router);
  return router;
}

const request = {
  embedding: new Float32Array(artifact.manifest.embedder.dimensions).fill(0.05),
  inputTokens: 20,
  costQuality: 5,
};

/** A call that this router has just decided, as the log gives it back. */
function decided(router: Router, changes: Partial<CallRecord> = {}): CallRecord {
  const { model, ranking } = router.decide(request);
  const logged = ranking.map(({ model: id, predictedQuality, feedbackShift = 0 }) => ({
    model: id,
    predictedQuality,
    feedbackShift,
  }));
  return {
    model,
    answeredBy: model,
    ranking: logged,
    status: "answered",
    timeMs: Date.now(),
    ...changes,
  } as unknown as CallRecord;
}

function score(learning: FeedbackLearning, call: CallRecord, sources: number): void {
  for (let n = 0; n < sources; n++) {
    for (let i = 0; i < 5; i++) learning.learn({ score: 0, source: `user-${n}@example.org` } as LoggedFeedback, call);
  }
}

const shiftOf = (router: Router, model: string): number =>
  router.decide(request).ranking.find(({ model: id }) => id === model)?.feedbackShift ?? Number.NaN;

describe("FeedbackLearning", () => {
  it("moves predictions once enough sources have spoken, and goes on after a restart", async () => {
    const database = newDatabase();
    const learning = new FeedbackLearning(database, logger);
    const router = served(learning);
    const call = decided(router);
    score(learning, call, 2);
    expect(shiftOf(router, call.model)).toBe(0);
    score(learning, call, 8);
    const shift = shiftOf(router, call.model);
    expect(shift).toBeLessThan(-0.1);
    await learning.close();
    const kept = readFileSync(learningFile(database, dataHash), "utf8");
    // whose scores they are is hashed
    expect(kept).not.toContain("example.org");
    const next = new FeedbackLearning(database, logger);
    const resumed = served(next);
    expect(shiftOf(resumed, call.model)).toBeCloseTo(shift, 6);
    // a decision of the process before still counts
    score(next, call, 12);
    expect(resumed.feedbackState().models[call.model]?.sources).toHaveLength(12);
  });

  it("goes on with another router of the same artifact, and begins anew with one of another", async () => {
    const learning = new FeedbackLearning(newDatabase(), logger);
    const router = served(learning);
    const call = decided(router);
    score(learning, call, 8);
    const shift = shiftOf(router, call.model);
    const reloaded = served(learning);
    expect(shiftOf(reloaded, call.model)).toBeCloseTo(shift, 6);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const changed = served(learning, other);
    expect(shiftOf(changed, call.model)).toBe(0);
    // what the first artifact predicted is no residual of the second
    score(learning, call, 8);
    expect(shiftOf(changed, call.model)).toBe(0);
  });

  it("goes back to what was learnt beside an artifact, when that serves again", async () => {
    const database = newDatabase();
    const learning = new FeedbackLearning(database, logger);
    const router = served(learning);
    const call = decided(router);
    score(learning, call, 8);
    const shift = shiftOf(router, call.model);
    // what is not written yet is written before the other one serves
    const changed = served(learning, other);
    score(learning, decided(changed), 8);
    // back at once, whether or not that file is there yet
    const back = served(learning);
    expect(shiftOf(back, call.model)).toBeCloseTo(shift, 6);
    await learning.close();
    expect(statSync(learningFile(database, dataHash)).mode & 0o777).toBe(0o600);
    // a decision of the time of the other one teaches nothing
    score(learning, { ...call, timeMs: Date.now() - 1 }, 20);
    expect(shiftOf(back, call.model)).toBeCloseTo(shift, 6);
    const next = new FeedbackLearning(database, logger);
    expect(shiftOf(served(next), call.model)).toBeCloseTo(shift, 6);
    expect(shiftOf(served(next, other), call.model)).toBeLessThan(-0.1);
  });

  it("leaves out what says nothing of a prediction", async () => {
    const learning = new FeedbackLearning(newDatabase(), logger);
    const before = { timeMs: Date.now() - 1 };
    const router = served(learning);
    const call = decided(router);
    for (const changes of [
      before,
      { ranking: [] },
      { status: "failed" as const },
      { answeredBy: "named-by-the-client" },
    ])
      score(learning, { ...call, ...changes }, 8);
    expect(shiftOf(router, call.model)).toBe(0);
    learning.serve(null);
    score(learning, call, 8);
    expect(shiftOf(router, call.model)).toBe(0);
  });

  it("counts no decision of the time between two processes that learn", async () => {
    const database = newDatabase();
    const learning = new FeedbackLearning(database, logger);
    const first = served(learning);
    await learning.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = decided(first);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const next = new FeedbackLearning(database, logger);
    const router = served(next);
    score(next, between, 8);
    expect(shiftOf(router, between.model)).toBe(0);
    score(next, decided(router), 8);
    expect(shiftOf(router, between.model)).toBeLessThan(-0.1);
  });

  it("names the file that cannot be gone on from, and writes none for a log in memory", async () => {
    const database = newDatabase();
    for (const [text, message] of [
      ["{", "not JSON"],
      ['{"version": 2}', "version: 2, expected 1"],
      ['{"version": 1, "sinceMs": 1, "savedMs": 2}', "state: undefined, expected an object"],
      [
        JSON.stringify({
          version: 1,
          sinceMs: 1,
          savedMs: 2,
          state: { version: 9, trainedOn: dataHash },
        }),
        "state.version: 9",
      ],
    ] as const) {
      const file = learningFile(database, dataHash);
      writeFileSync(file, text);
      const make = (): Router => served(new FeedbackLearning(database, logger));
      expect(make).toThrow(`${file}: `);
      expect(make).toThrow(message);
    }
    const learning = new FeedbackLearning(":memory:", logger);
    score(learning, decided(served(learning)), 8);
    await learning.close();
    expect(existsSync(learningFile(":memory:", dataHash))).toBe(false);
  });
});

describe("a gateway with serve.learning", () => {
  it("learns from POST /v1/feedback, and knows it after a restart", async () => {
    const config = join(folder, "onehead.config.json");
    writeFileSync(config, JSON.stringify({ serve: { learning: true } }));
    const database = newDatabase();
    const options = {
      config,
      artifact: join(here, "../../artifacts/default.onehead"),
      embedder: undefined,
      host: undefined,
      port: 0,
      database,
      environment: {},
      logger,
    };
    const post = (url: string, body: object): Promise<Response> =>
      fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const messages = [{ role: "user", content: "What is the capital of Australia?" }];
    const ask = async (url: string): Promise<{ id: string; model: string; quality: string }> => {
      const { headers } = await post(`${url}/v1/chat/completions`, { model: "auto", messages });
      const header = (name: string): string => headers.get(`x-onehead-${name}`) ?? "";
      return { id: header("decision-id"), model: header("model"), quality: header("predicted-quality") };
    };
    const qualityOf = async (url: string, model: string): Promise<number | undefined> => {
      const response = await post(`${url}/v1/route`, { model: "auto", messages });
      const { decision } = (await response.json()) as RouteReport;
      return decision.ranking.find(({ model: id }) => id === model)?.predictedQuality;
    };
    const first = await runGateway(options);
    const { id, model, quality } = await ask(first.url);
    for (let n = 0; n < 40; n++) {
      const { status } = await post(`${first.url}/v1/feedback`, { decision_id: id, score: 0, source: `user-${n % 8}` });
      expect(status).toBe(200);
    }
    const learnt = await qualityOf(first.url, model);
    expect(learnt).toBeLessThan(Number(quality) - 0.1);
    await first.close();
    const second = await runGateway(options);
    expect(await qualityOf(second.url, model)).toBeCloseTo(learnt ?? Number.NaN, 6);
    await second.close();
  });
});
