import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Router } from "@onehead/provider";
import { AzureOpenAI } from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import recorded from "../__fixtures__/chat-completions.json" with { type: "json" };
import { outcomeOf, routed } from "../index.js";

let server: Server;
let endpoint: string;
let asked: Array<{ url: string; model: unknown; key: unknown }> = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    asked.push({ url: request.url ?? "", model: body.model, key: request.headers["api-key"] });
    // only the second of two deployments answers
    if (request.url?.includes("/first/")) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { "content-type": body.stream ? "text/event-stream" : "application/json" });
    if (!body.stream) response.end(JSON.stringify(recorded.answer));
    else
      response.end(`${recorded.events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  asked = [];
});

const newClient = (options: object = {}) =>
  new AzureOpenAI({ endpoint, apiVersion: "2025-01-01", apiKey: "a-key", maxRetries: 0, logLevel: "off", ...options });
const messages = [{ role: "user" as const, content: "Hi" }];

/** Tries these models, one after the other. */
function routerOf(...models: string[]): Router {
  return {
    route: () => ({ id: "d", model: models[0], ranking: [] }),
    async run(decision, attempt) {
      for (const [i, model] of models.entries()) {
        try {
          const value = await attempt({ model, attempt: i + 1, signal: new AbortController().signal });
          return { value, outcome: { decision, model, tries: [], costUsd: null, unresolvedTries: 0 }, settle() {} };
        } catch {}
      }
      throw new Error("none");
    },
  };
}

describe("a routed client of Azure", () => {
  test.each(["auto", "auto:0.01", "onehead/auto"])(
    "asks for %s the deployments that the router says, in the address too",
    async (model) => {
      const answer = await routed(newClient(), routerOf("first", "gpt 5")).chat.completions.create({ model, messages });
      expect(asked).toEqual([
        { url: "/openai/deployments/first/chat/completions?api-version=2025-01-01", model: "first", key: "a-key" },
        { url: "/openai/deployments/gpt%205/chat/completions?api-version=2025-01-01", model: "gpt 5", key: "a-key" },
      ]);
      expect(outcomeOf(answer)?.model).toBe("gpt 5");
    },
  );

  test("streams from them, by the names that they have there", async () => {
    const client = routed(newClient(), routerOf("small"), { models: { small: "my-small" } });
    const stream = await client.chat.completions.create({ model: "auto", messages, stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(text).toBe("Grüße, 世界 🌍!");
    expect(asked[0]).toMatchObject({ url: expect.stringContaining("/deployments/my-small/"), model: "my-small" });
  });

  test("asks for responses without a deployment, whose model is in the body alone", async () => {
    await routed(newClient(), routerOf("small"))
      .responses.create({ model: "auto", input: "Hi" })
      .catch(() => {});
    expect(asked[0]).toMatchObject({ url: "/openai/responses?api-version=2025-01-01", model: "small" });
  });

  test("passes other names through as they are", async () => {
    await routed(newClient(), routerOf("small")).chat.completions.create({ model: "mine", messages });
    expect(asked[0]).toMatchObject({ url: expect.stringContaining("/deployments/mine/"), model: "mine" });
  });

  test.each([
    ["a deployment", { deployment: "d" }],
    ["an address of one", { endpoint: undefined, baseURL: "https://host/openai/deployments/d" }],
  ])("cannot be one with %s: it would ask that whatever is chosen", (_, options) => {
    expect(() => routed(newClient(options), routerOf("small"))).toThrow(
      "routed: client: a client of one deployment, expected one without",
    );
  });
});
