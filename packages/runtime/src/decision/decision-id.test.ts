import { expect, test } from "vitest";
import { decisionId } from "./decision-id.js";

test("is a UUID of version 7 whose first 48 bits are the time", () => {
  const id = decisionId(0x0123456789ab);
  expect(id).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids of later are greater, and those of one moment differ", () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => decisionId(1_800_000_000_000 + i));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(Array.from({ length: 10_000 }, () => decisionId(1))).size).toBe(10_000);
});
