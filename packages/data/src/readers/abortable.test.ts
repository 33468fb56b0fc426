import { OneheadError } from "@onehead/core";
import { expect, test } from "vitest";
import { abortable } from "./abortable.js";

test("chunks that were read are let go of, however long the signal lives", async () => {
  const chunkBytes = 1 << 22;
  const signal = new AbortController().signal;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 300; i++) yield new Uint8Array(chunkBytes).fill(i);
  }
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  for await (const chunk of abortable(chunks(), signal, "read")) {
    expect(chunk).toHaveLength(chunkBytes);
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  // all of them would be 1.2 GB
  expect(most).toBeLessThan(500e6);
});

test("a signal ends a wait, and one that has fired ends the reading before it begins", async () => {
  const stop = new AbortController();
  async function* stuck(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => {});
  }
  const read = abortable(stuck(), stop.signal, "read");
  expect((await read.next()).value).toBe(1);
  const waiting = read.next();
  stop.abort(new Error("enough"));
  const error = await waiting.catch((caught: unknown) => caught);
  expect(OneheadError.isInstance(error) && [error.code, error.message]).toEqual(["aborted", "read: aborted"]);
  expect((error as OneheadError).cause).toEqual(new Error("enough"));
  await expect(abortable(stuck(), stop.signal, "read").next()).rejects.toThrow("read: aborted");
});

test("an error of the source comes through, and leaves no rejection behind when the signal fires later", async () => {
  const stop = new AbortController();
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error("the disk is gone");
  }
  const read = abortable(failing(), stop.signal, "read");
  await read.next();
  await expect(read.next()).rejects.toThrow("the disk is gone");
  stop.abort();
  expect(await read.next()).toEqual({ done: true, value: undefined });
});
