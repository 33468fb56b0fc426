import { expect, test, vi } from "vitest";
import recorded from "./__fixtures__/generate-content.json" with { type: "json" };
import { createGoogle } from "./index.js";
import { checksSignatures, modelPath, takesBudgets } from "./model-name.js";

test.each(["", "../files/a", "gemini?key=a", "gemini 3", "a//b", "/gemini", 3])(
  "the model name %o is refused",
  (model) => {
    const google = createGoogle({ apiKey: "a-key" });
    expect(() => google.chatModel(model as string)).toThrow(/google: chatModel: model/);
    expect(() => google.embeddingModel(model as string)).toThrow(/google: embeddingModel: model/);
  },
);

test.each([
  ["gemini-3.5-flash", "models/gemini-3.5-flash"],
  ["models/gemini-3.5-flash", "models/gemini-3.5-flash"],
  ["tunedModels/mine-123", "tunedModels/mine-123"],
])("%s is at %s", (model, path) => {
  expect(modelPath(model)).toBe(path);
});

test.each([
  ["gemini-1.5-pro", true, false],
  ["gemini-2.0-flash", true, false],
  ["gemini-2.5-flash-lite", true, false],
  ["gemini-3-pro-preview", false, true],
  ["gemini-3.5-flash", false, true],
  ["gemini-flash-latest", false, true],
  ["gemma-3-27b-it", false, false],
])("%s: budgets %s, checks signatures %s", (model, budgets, checks) => {
  expect([takesBudgets(model), checksSignatures(model)]).toEqual([budgets, checks]);
});

test.each([
  [{ baseUrl: "ftp://example.com" }, /createGoogle: baseUrl/],
  [{ timeoutMs: 0 }, /createGoogle: timeoutMs: 0/],
  [{ idleTimeoutMs: Number.NaN }, /createGoogle: idleTimeoutMs/],
])("bad settings are named: %o", (settings, message) => {
  const make = () => createGoogle({ apiKey: "a-key", ...settings });
  expect(make).toThrow(message);
  expect(make).not.toThrow(/a-key/);
});

test("plain fetch asks Google's own host unless told otherwise, under any id, with a key of the moment", async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json(recorded.answer));
  const google = createGoogle({ apiKey: async () => "a-key", fetch, provider: "gemini" });
  const model = google.chatModel("gemini-3.5-flash");
  expect([google.id, model.provider]).toEqual(["gemini", "gemini"]);
  await model.generate({ messages: [{ role: "user", content: "Hi" }], providerOptions: { gemini: { labels: {} } } });
  const [url, init] = fetch.mock.calls[0];
  expect(String(url)).toBe("https://generativelanguage.googleapis.com/v1beta/models/gemini-3.5-flash:generateContent");
  expect(new Headers(init?.headers).get("x-goog-api-key")).toBe("a-key");
  expect(JSON.parse(String(init?.body))).toHaveProperty("labels");
});
