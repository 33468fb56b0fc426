import { expect, it } from "vitest";
import { clientNames, firstRequest } from "./first-request-text.js";

const base = "http://127.0.0.1:8787/v1";

it("names this gateway, and its key only where one is asked for", () => {
  for (const { value } of clientNames) {
    expect(firstRequest(value, base, false)).toContain(base);
    expect(firstRequest(value, base, false)).not.toContain("GATEWAY_KEY");
    expect(firstRequest(value, base, true)).toContain("GATEWAY_KEY");
  }
});

it("gives curl a body that is JSON", () => {
  const body = firstRequest("curl", base, true).match(/-d '(.*)'/)?.[1];
  expect(JSON.parse(body ?? "")).toMatchObject({ model: "auto", messages: [{ role: "user" }] });
});
