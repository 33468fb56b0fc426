import { ProviderResponseError } from "@onehead/provider";
import { describe, expect, test } from "vitest";
import { chunksOf, readText } from "./read-body.js";

const encoder = new TextEncoder();

/** A body of these pieces that then ends, breaks or is silent, and what was asked of it. */
function bodyOf(pieces: readonly string[], then: "end" | "break" | "silence" = "end") {
  const left = pieces.map((piece) => encoder.encode(piece));
  const seen = { pulls: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulls++;
        const piece = left.shift();
        if (piece !== undefined) controller.enqueue(piece);
        else if (then === "end") controller.close();
        else if (then === "break") controller.error(new TypeError("terminated"));
        else return new Promise(() => {});
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

describe("chunks", () => {
  test("come as they are asked for", async () => {
    const { body, seen } = bodyOf(["a", "b", "c"]);
    const chunks = chunksOf(body);
    expect(seen.pulls).toBe(0);
    await chunks.next();
    expect(seen.pulls).toBe(1);
  });

  test("of no body are none", async () => {
    for await (const _ of chunksOf(null)) expect.unreachable();
  });

  test("that are left early cancel the body, and nobody waits for that", async () => {
    let cancelled = false;
    const hanging = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encoder.encode("a")),
      cancel() {
        cancelled = true;
        return new Promise(() => {});
      },
    });
    for await (const _ of chunksOf(hanging)) break;
    expect(cancelled).toBe(true);
  });

  test("pass the error of the body on", async () => {
    const chunks = chunksOf(bodyOf(["a"], "break").body);
    await chunks.next();
    await expect(chunks.next()).rejects.toThrow("terminated");
  });

  test("end with the signal, from a silence too", async () => {
    const { body, seen } = bodyOf(["a"], "silence");
    const controller = new AbortController();
    const chunks = chunksOf(body, controller.signal);
    await chunks.next();
    const waiting = chunks.next();
    controller.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(seen.cancelled).toBe(true);
  });

  test.each(["before", "after"])("that nobody has read are given back when the signal aborts %s", async (when) => {
    const { body, seen } = bodyOf(["a"]);
    const controller = new AbortController();
    if (when === "before") controller.abort();
    chunksOf(body, controller.signal);
    controller.abort();
    expect(seen.cancelled).toBe(true);
  });
});

describe("text", () => {
  test("is decoded across chunks", async () => {
    const bytes = encoder.encode("Grüße, 世界 🌍!");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readText(body)).toBe("Grüße, 世界 🌍!");
    expect(await readText(null)).toBe("");
  });

  test("of more than its limit is an error, and its body is given back", async () => {
    expect(await readText(bodyOf(["abc", "d"]).body, 4)).toBe("abcd");
    const { body, seen } = bodyOf(["abc", "de", "f"]);
    await expect(readText(body, 4)).rejects.toSatisfy(ProviderResponseError.isInstance);
    expect(seen).toEqual({ pulls: 2, cancelled: true });
  });

  test("that breaks off is the error of the body", async () => {
    await expect(readText(bodyOf(["a"], "break").body)).rejects.toThrow("terminated");
  });
});
