import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OneheadError } from "@onehead/core";
import { describe, expect, it } from "vitest";
import { assertWritable, writeFileAtomically } from "./write-atomically.js";

const folder = (): string => mkdtempSync(join(tmpdir(), "onehead-write-"));

describe("writeFileAtomically", () => {
  it("replaces a file and leaves nothing beside it", async () => {
    const dir = folder();
    const path = join(dir, "a.json");
    writeFileSync(path, "old");
    await writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(dir)).toEqual(["a.json"]);
  });

  it("replaces the file that a link names, not the link", async () => {
    const dir = folder();
    const link = join(dir, "link.json");
    writeFileSync(join(dir, "real.json"), "old");
    symlinkSync("real.json", link);
    await writeFileAtomically(link, "new");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, "real.json"), "utf8")).toBe("new");
  });

  it.skipIf(spawnSync("mkfifo", ["--version"]).status !== 0)(
    "writes to a pipe instead of putting a file in its place",
    async () => {
      const pipe = join(folder(), "pipe");
      spawnSync("mkfifo", [pipe]);
      const reader = spawn("cat", [pipe]);
      let read = "";
      reader.stdout.on("data", (chunk: Buffer) => (read += chunk.toString()));
      const ended = new Promise((resolve) => reader.on("close", resolve));
      await writeFileAtomically(pipe, "through the pipe");
      await ended;
      expect(read).toBe("through the pipe");
      expect(lstatSync(pipe).isFIFO()).toBe(true);
    },
  );

  it("names the path of what it cannot write", async () => {
    const dir = folder();
    const failure = async (path: string): Promise<OneheadError> =>
      writeFileAtomically(path, "x").then(
        () => expect.unreachable(),
        (error: OneheadError) => error,
      );
    for (const path of [join(dir, "none", "a.json"), dir]) {
      const error = await failure(path);
      expect(OneheadError.isInstance(error)).toBe(true);
      expect(error.code).toBe("io");
      expect(error.message).toContain(path);
      // known before anything was computed
      await expect(assertWritable(path)).rejects.toThrow(`cannot write ${path}`);
    }
    await assertWritable(join(dir, "a.json"));
    expect(readdirSync(dir)).toEqual([]);
  });
});
