import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallRecord } from "@onehead/serve";
import { openSqliteReader, openSqliteState } from "@onehead/serve/node";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { ExportedCall } from "../log/export-log.js";
import { logWorld, questionOf, worldStartMs, worldStepMs } from "../log/logged-world.fixture.js";
import { type Run, runOnehead } from "../log/run-onehead.fixture.js";

const root = mkdtempSync(join(tmpdir(), "onehead-log-"));
afterAll(() => rmSync(root, { recursive: true }));

const count = 300;
let folder = "";
let ids: string[] = [];
const log = (...args: string[]): Promise<Run> => runOnehead(folder, ["log", ...args]);
const linesOf = (text: string): ExportedCall[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as ExportedCall]));

beforeEach(async () => {
  folder = mkdtempSync(join(root, "run-"));
  ids = await logWorld({
    path: join(folder, "onehead.db"),
    calls: count,
    explorationRate: 0.5,
    change: (i) => ({
      kept: i % 3 !== 0,
      scores: i % 2 === 0 ? [0.5, 1].slice(0, 1 + (i % 4) / 2) : [],
      settled: i % 7 === 0 ? { status: "failed", costUsd: null } : {},
    }),
  });
});

async function everything(): Promise<CallRecord[]> {
  const reader = await openSqliteReader({ path: join(folder, "onehead.db") });
  const { calls } = await reader.calls({}, { limit: count });
  await reader.close();
  return calls;
}

describe("log --export", () => {
  it("writes every call as the log has it, newest first, with contents where they are kept", async () => {
    const { status, stdout, stderr } = await log("--export", "calls.jsonl");
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^calls\.jsonl: 300 calls, 200 with contents, 150 scored, \d\.\d MB\n$/);
    const lines = linesOf(readFileSync(join(folder, "calls.jsonl"), "utf8"));
    expect(lines.map(({ contents: _, ...call }) => call)).toEqual(JSON.parse(JSON.stringify(await everything())));
    for (const { id, contents } of lines) {
      const i = ids.indexOf(id);
      const request = { model: "auto", messages: [{ role: "user", content: questionOf(i) }] };
      expect(contents).toEqual(i % 3 === 0 ? null : { question: questionOf(i), request, answer: `answer ${i}` });
    }
    // prompts are in it
    expect(statSync(join(folder, "calls.jsonl")).mode & 0o077).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("writes the same to standard output, and a summary as JSON beside a file", async () => {
    const piped = await log("--export", "-");
    const { stdout } = await log("--export", "calls.jsonl", "--json");
    const text = readFileSync(join(folder, "calls.jsonl"), "utf8");
    expect(piped.stdout).toBe(text);
    const bytes = Buffer.byteLength(text);
    expect(JSON.parse(stdout)).toEqual({ file: "calls.jsonl", calls: 300, withContents: 200, scored: 150, bytes });
  });

  it("leaves out what the filters leave out", async () => {
    const from = new Date(worldStartMs + 60 * worldStepMs).toISOString();
    const args = ["--from", from, "--to", "2026-01-01T04:00Z", "--status", "answered", "--model", "large", "--scored"];
    const expected = (await everything()).filter(
      ({ id, status, answeredBy, feedback }) =>
        ids.indexOf(id) >= 60 &&
        ids.indexOf(id) < 240 &&
        status === "answered" &&
        answeredBy === "large" &&
        feedback.length > 0,
    );
    expect(expected.length).toBeGreaterThan(20);
    const { stdout } = await log("--export", "-", ...args);
    expect(linesOf(stdout).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    const talk = linesOf((await log("--export", "-", "--conversation", "talk-3", "--owner", "k1")).stdout);
    expect(talk).toEqual([]);
    expect(linesOf((await log("--export", "-", "--conversation", "talk-4", "--owner", "k1")).stdout)).toHaveLength(15);
  });

  it("goes on while the gateway has its database open and writes", async () => {
    const state = await openSqliteState({ path: join(folder, "onehead.db") });
    const [{ answeredBy: _, feedback: __, ...call }] = await everything();
    const writing = (async () => {
      for (let n = 0; n < 200; n++) {
        await state.open({ ...call, id: `while-${n}`, timeMs: call.timeMs + 1 + n });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    const { status, stdout, stderr } = await log("--export", "-");
    await writing;
    expect(status, stderr).toBe(0);
    const found = linesOf(stdout).map(({ id }) => id);
    expect(found.slice(-count)).toEqual([...ids].reverse());
    expect((await state.calls({}, { limit: 1 })).calls[0]?.id).toBe("while-199");
    await state.close();
  });

  it("keeps the old file where it cannot finish, and refuses to write over the database", async () => {
    const over = await log("--export", "onehead.db");
    expect(over).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--export would replace what --database names"),
    });
    const nowhere = await log("--export", "nowhere/calls.jsonl");
    expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining("nowhere/calls.jsonl") });
  });
});

describe("log", () => {
  it("shows the last calls and the sums of all, as text and as JSON", async () => {
    const { stdout } = await log("--limit", "5");
    expect(stdout).toContain("onehead.db: the last 5 of 300 calls");
    expect(stdout.split("\n").filter((line) => line.startsWith("2026-01-01"))).toHaveLength(5);
    const shown = JSON.parse((await log("--json")).stdout) as { calls: CallRecord[]; sums: Array<{ calls: number }> };
    expect(shown.calls.map(({ id }) => id)).toEqual(ids.slice(-20).reverse());
    expect(shown.sums.reduce((sum, { calls }) => sum + calls, 0)).toBe(count);
    expect((await log("--owner", "nobody")).stdout).toBe("onehead.db: no calls\n");
  });

  it("names the option, or the file, that is wrong", async () => {
    for (const [args, message, status] of [
      [["--from", "2026-02-31"], 'log: --from: "2026-02-31", expected a day', 1],
      [["--to", "yesterday"], 'log: --to: "yesterday"', 1],
      [["--status", "fine"], "log: --status: fine, expected one of open, answered", 1],
      [["--limit", "0"], "log: --limit: 0, expected a whole number", 1],
      [["--database", "other.db"], "other.db: it does not exist", 1],
      [["--database", "text.db"], "text.db: it is no SQLite database", 1],
      [["--delete", "a", "--delete-owner", "b"], "--delete does not go with --delete-owner", 2],
      [["--delete-owner", "b", "--from", "2026-01-01"], "--from does not go with --delete", 2],
      [["--url", "http://127.0.0.1:1"], "--url needs something to remove", 2],
    ] as const) {
      writeFileSync(join(folder, "text.db"), "x".repeat(200));
      const run = await log(...args);
      expect(run.stderr, args.join(" ")).toContain(message);
      expect(run.status).toBe(status);
      expect(existsSync(join(folder, "other.db"))).toBe(false);
    }
    const { stdout } = await log("--status", "fine", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "invalid-argument" } });
  });
});

describe("log --delete", () => {
  it("says what it would remove, and removes nothing without --yes", async () => {
    const { status, stderr } = await log("--delete-owner", "k1");
    expect(status).toBe(2);
    expect(stderr).toContain("75 calls will be removed with decisions, 50 prompts with answers and 75 scores");
    expect(stderr).toContain("--yes is missing: nothing was removed");
    expect(await everything()).toHaveLength(count);
  });

  it("removes all that belongs to a call, and nothing else", async () => {
    const gone = [ids[1]!, ids[4]!];
    const text = questionOf(4);
    const { status, stdout, stderr } = await log("--delete", gone.join(","), "--yes", "--json");
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ database: "onehead.db", removed: 2, calls: 2, contents: 2, scores: 1 });
    expect((await everything()).map(({ id }) => id)).toEqual(ids.filter((id) => !gone.includes(id)).reverse());
    const reader = await openSqliteReader({ path: join(folder, "onehead.db") });
    expect(await reader.contents(gone[1]!)).toBeNull();
    await reader.close();
    // not in any page of the file either
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name)).includes(text)).toBe(false);
  });

  it("removes what a conversation and an owner have, what is old, and the contents alone of what is old", async () => {
    await log("--delete-conversation", "talk-3", "--yes");
    expect((await everything()).filter(({ conversationId }) => conversationId === "talk-3")).toEqual([]);
    await log("--delete-owner", "k1", "--yes");
    expect((await everything()).filter(({ owner }) => owner === "k1")).toEqual([]);
    expect(await everything()).toHaveLength(count - 30 - 75);
    await log("--delete-contents-before", "2026-01-01T02:00Z", "--yes");
    const lines = linesOf((await log("--export", "-")).stdout);
    expect(lines).toHaveLength(count - 30 - 75);
    for (const { id, contents } of lines)
      expect(contents !== null).toBe(ids.indexOf(id) >= 120 && ids.indexOf(id) % 3 !== 0);
    expect((await log("--delete-before", "2026-01-01T02:00Z", "--yes")).stdout).toMatch(/^removed \d+ calls\n$/);
    expect((await everything()).every(({ timeMs }) => timeMs >= worldStartMs + 120 * worldStepMs)).toBe(true);
    expect(await log("--delete-before", "2026-01-01T02:00Z")).toMatchObject({ status: 0 });
  });

  it("removes nothing where an id is not in the log", async () => {
    const run = await log("--delete", `${ids[0]},unknown-id`, "--yes");
    expect(run).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("--delete: unknown-id: no call of this id"),
    });
    expect(await everything()).toHaveLength(count);
  });

  it("is refused while the gateway runs, with the way that is left", async () => {
    const state = await openSqliteState({ path: join(folder, "onehead.db") });
    const { status, stderr } = await log("--delete", ids[0]!, "--yes");
    expect(status).toBe(1);
    expect(stderr).toContain("its gateway is running: stop it, or name it with --url");
    expect(await state.call(ids[0]!)).not.toBeNull();
    await state.close();
  });

  it("goes through the gateway that is named, with its key, and says where that is another one", async () => {
    const state = await openSqliteState({ path: join(folder, "onehead.db") });
    let knows = true;
    const server = createServer((request, response) => {
      const id = request.url?.replace("/v1/decisions/", "") ?? "";
      if (request.headers.authorization !== "Bearer a-key") response.writeHead(401).end();
      else if (!knows) response.writeHead(404).end();
      else void state.remove({ ids: [id] }).then((n) => response.writeHead(n === 1 ? 200 : 404).end("{}"));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ["log", "--delete-owner", "k1", "--yes", "--json", "--url", url];
    const wrong = await runOnehead(folder, args);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { message: expect.stringContaining("refuses the key") } });
    const { stdout } = await runOnehead(folder, args, { ONEHEAD_API_KEY: "a-key" });
    expect(JSON.parse(stdout)).toMatchObject({ removed: 75, calls: 75 });
    expect((await state.calls({ owner: "k1" }, { limit: 1 })).calls).toEqual([]);
    knows = false;
    const other = await runOnehead(folder, ["log", "--delete", ids[1]!, "--yes", "--url", url], {
      ONEHEAD_API_KEY: "a-key",
    });
    expect(other.stderr).toContain("knows none of these calls");
    server.close();
    await state.close();
  });
});
