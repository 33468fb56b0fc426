import type { FilePart, ImagePart } from "@onehead/provider";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, toBase64 } from "./base64.js";
import { mediaAddress, mediaOf } from "./media.js";

const image = (data: ImagePart["data"], mediaType?: string): ImagePart => ({ type: "image", data, mediaType });
const bytes = Uint8Array.of(137, 80, 78, 71);

describe("media", () => {
  test.each<[string, ImagePart | FilePart, object]>([
    ["bytes", image(bytes, "image/png"), { kind: "base64", data: "iVBORw==", mediaType: "image/png" }],
    ["no bytes", image(new Uint8Array(), "image/png"), { kind: "base64", data: "", mediaType: "image/png" }],
    ["base64", image("iVBORw==", "image/png"), { kind: "base64", data: "iVBORw==", mediaType: "image/png" }],
    ["an address", image("https://host/a.png?b=c d"), { kind: "url", url: "https://host/a.png?b=c d" }],
    ["an address in capitals", image("HTTP://host/a.png"), { kind: "url", url: "HTTP://host/a.png" }],
    ["a URL", image(new URL("https://host/a.png")), { kind: "url", url: "https://host/a.png" }],
    ["data:", image("data:image/jpeg;base64,/9j/"), { kind: "base64", data: "/9j/", mediaType: "image/jpeg" }],
    [
      "data: before the type of the part",
      { type: "file", data: "data:application/pdf;base64,JVBE", mediaType: "text/plain" },
      { kind: "base64", data: "JVBE", mediaType: "application/pdf" },
    ],
    [
      "a type with + and .",
      image("AA==", "image/svg+xml"),
      { kind: "base64", data: "AA==", mediaType: "image/svg+xml" },
    ],
  ])("is found of %s", (_, part, media) => {
    expect(mediaOf("at", part)).toEqual(media);
  });

  test.each<[string, ImagePart, string]>([
    ["bytes without a type", image(bytes), "at.mediaType: undefined, expected a media type, such as image/png"],
    ["a type that is none", image(bytes, "png"), "at.mediaType: png, expected"],
    ["a type with more", image(bytes, "image/png; a=b"), "at.mediaType"],
    ["text", image("my secret!", "image/png"), "at.data: text, expected bytes, base64 or an http(s) address"],
    ["base64url", image("a-secret_", "image/png"), "at.data: text, expected"],
    ["no data", image(undefined as never, "image/png"), "at.data: undefined, expected"],
    ["a buffer", image(new ArrayBuffer(2) as never, "image/png"), "at.data: an object, expected"],
    ["data: as text", image("data:text/plain,my secret"), "at.data: another address, expected http(s), or data:"],
    ["another address", image(new URL("file:///secret")), "at.data: another address, expected"],
  ])("is not %s, which is not repeated", (_, part, message) => {
    expect(() => mediaOf("at", part)).toThrow(message);
    expect(() => mediaOf("at", part)).not.toThrow(/secret/);
    expect(() => mediaOf("at", part)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  test("has an address, a data: one where it was given as bytes", () => {
    expect(mediaAddress("at", image(bytes, "image/png"))).toBe("data:image/png;base64,iVBORw==");
    expect(mediaAddress("at", image("https://host/a.png"))).toBe("https://host/a.png");
  });

  test("of 20 MB of base64 is no trouble", () => {
    expect(mediaOf("at", image("A".repeat(20_000_000), "image/png")).kind).toBe("base64");
    expect(() => mediaOf("at", image(`${"A".repeat(20_000_000)}!`, "image/png"))).toThrow("at.data: text");
  });
});

describe("base64", () => {
  test("is what Node makes of the same bytes, and gives them back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (given) => {
        const text = toBase64(given);
        expect(text).toBe(Buffer.from(given).toString("base64"));
        expect(fromBase64(text)).toEqual(given);
      }),
    );
  });

  test.each([8191, 8192, 8193, 100_000])("of %d bytes fits the stack", (length) => {
    const given = Uint8Array.from({ length }, (_, i) => (i * 7) % 256);
    expect(toBase64(given)).toBe(Buffer.from(given).toString("base64"));
  });

  test("of a part of a buffer is of that part", () => {
    expect(toBase64(Uint8Array.of(1, 2, 3, 4).subarray(1, 3))).toBe(toBase64(Uint8Array.of(2, 3)));
  });

  test("that is none is an error", () => {
    expect(() => fromBase64("!")).toThrow(DOMException);
  });
});
