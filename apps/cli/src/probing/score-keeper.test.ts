import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ScoreKeeper } from "./score-keeper.js";

let path: string;
const scored = { id: "1", prompt: "first", score: 1 };
const line = (id: string): string => `${JSON.stringify({ ...scored, id, model: "new" })}\n`;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "onehead-kept-")), "out.scored.jsonl");
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("ScoreKeeper", () => {
  it("gives back what it keeps, in order", async () => {
    const keeper = new ScoreKeeper(path, "new");
    await Promise.all(["1", "2", "3"].map((id) => keeper.keep({ ...scored, id })));
    expect(readFileSync(path, "utf8")).toBe(line("1") + line("2") + line("3"));
    const kept = await new ScoreKeeper(path, "new").open(true);
    expect(kept.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  });

  it("cuts a last line that was not finished from the file, and says so", async () => {
    const note = vi.spyOn(console, "error").mockImplementation(() => {});
    writeFileSync(path, `${line("1")}{"id":"2","pro`);
    expect(await new ScoreKeeper(path, "new").open(true)).toHaveLength(1);
    expect(readFileSync(path, "utf8")).toBe(line("1"));
    expect(note.mock.calls).toEqual([[`${path}: the last line was not finished and is dropped`]]);
  });

  it("refuses a broken line that is not the last, and leaves the file as it was", async () => {
    const text = `${line("1")}{"id":"2","pro\n${line("3")}`;
    writeFileSync(path, text);
    await expect(new ScoreKeeper(path, "new").open(true)).rejects.toThrow(`${path} line 2: not JSON in UTF-8`);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("puts nothing behind a line that could not be written", async () => {
    const keeper = new ScoreKeeper(path, "new");
    rmSync(dirname(path), { recursive: true });
    const late = keeper.keep({ ...scored, id: "2" });
    await expect(late).rejects.toThrow(`cannot write ${path}: ENOENT`);
    mkdirSync(dirname(path));
    await expect(keeper.keep({ ...scored, id: "3" })).rejects.toThrow("cannot write");
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });
});
