import Anthropic, { APIUserAbortError, BadRequestError, InternalServerError, OverloadedError } from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import {
  outcomeOf,
  type RouteDecision,
  type RouteOutcome,
  type RouteRequest,
  type Router,
  type RouteTry,
} from "@onehead/provider";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import recorded from "../__fixtures__/messages.json" with { type: "json" };
import { routed } from "../index.js";
import { frameOf, messagesWire } from "../messages-wire.fixture.js";
import {
  respond,
  type Script,
  type ScriptedServer,
  startScriptedServer,
  startStream,
} from "./scripted-server.fixture.js";

const frames = recorded.events.map(frameOf);
const text = "Grüße, 世界 🌍!";
const { costUsd } = messagesWire;

const answers: Script = (response, body) => {
  if (body["stream"] !== true) return respond(response, 200, recorded.answer);
  startStream(response, frames);
  response.end();
};
const streams =
  (events: readonly string[], end: boolean): Script =>
  (response) => {
    startStream(response, events);
    if (end) response.end();
  };
const overloaded: Script = (response) => respond(response, 529, recorded.error);
const errorFrame = frameOf(recorded.error);

const scripts: Record<string, Script> = {
  good: answers,
  overloaded,
  broken: (response) => respond(response, 200, recorded.error),
  "bad-request": (response) =>
    respond(response, 400, { type: "error", error: { type: "invalid_request_error", message: "messages: too short" } }),
  "error-first": streams([frames[0], frameOf({ type: "ping" }), errorFrame], true),
  "error-later": streams([...frames.slice(0, 9), errorFrame], true),
  "cut-first": streams(frames.slice(0, 2), true),
  silent: streams(frames.slice(0, 2), false),
  "silent-later": streams(frames.slice(0, 9), false),
  hangs: () => {},
  tools: (response, body) => {
    const hasResult = JSON.stringify(body["messages"]).includes("tool_result");
    respond(
      response,
      200,
      hasResult
        ? recorded.answer
        : { ...recorded.answer, stop_reason: "tool_use", content: recorded.parallelToolCalls },
    );
  },
  json: (response) => respond(response, 200, messagesWire.answerWithText('{"capital":"Paris"}')),
};

let server: ScriptedServer;
let asked: RouteRequest[];
beforeEach(async () => {
  asked = [];
  server = await startScriptedServer(scripts);
});
afterEach(() => server.close());

const decide = (models: readonly string[]): RouteDecision => ({
  id: "decision-1",
  model: models[0],
  ranking: models.map((model) => ({ model, predictedQuality: 0.5, predictedCostUsd: 0.001, reward: 0.5 })),
});

/** A router that only chooses. */
function choosing(model: string): Router {
  return {
    route: (request) => {
      asked.push(request);
      return decide([model]);
    },
  };
}

/** A router that goes down its ranking. */
function trying(...models: string[]): Router {
  return {
    route: choosing(models[0]).route,
    async run(_, attempt, options = {}) {
      const tries: RouteTry[] = [];
      let last: unknown;
      for (const [i, model] of models.entries()) {
        const own = new AbortController();
        const stop = () => own.abort(options.signal?.reason);
        options.signal?.addEventListener("abort", stop);
        try {
          const value = await attempt({ model, attempt: i + 1, signal: own.signal });
          const record: RouteTry = { model, outcome: "answered", elapsedMs: 1, costUsd: null };
          tries.push(record);
          const outcome: RouteOutcome = { decision: decide(models), model, tries, costUsd: null, unresolvedTries: 1 };
          const settle = (usage: unknown, error?: unknown) => {
            if (error !== undefined) record.outcome = "broken";
            if (usage !== undefined) outcome.costUsd = costUsd;
          };
          return { value, outcome, settle };
        } catch (error) {
          tries.push({ model, outcome: "failed", elapsedMs: 1, costUsd: null });
          last = error;
          if (options.signal?.aborted) break;
        } finally {
          // the answer goes on without the signal
          options.signal?.removeEventListener("abort", stop);
        }
      }
      throw last;
    },
  };
}

const clientOf = (router: Router, options: Parameters<typeof routed>[2] = {}) =>
  routed(new Anthropic({ baseURL: server.url, apiKey: "a-key", logLevel: "off" }), router, options);
const ask = { model: "auto", max_tokens: 100, messages: [{ role: "user" as const, content: "Hi" }] };

describe("a routed client", () => {
  test("creates with the model of the router, and the answer carries the outcome", async () => {
    const client = clientOf(trying("good"));
    const message = await client.messages.create(ask);
    expect(message.content[1]).toEqual({ type: "text", text });
    expect(server.received).toMatchObject([{ path: "/v1/messages", model: "good" }]);
    expect(outcomeOf(message)).toMatchObject({
      model: "good",
      costUsd,
      decision: { id: "decision-1" },
    });
  });

  test("asks the router what is asked, with what an answer is worth", async () => {
    await clientOf(choosing("good")).messages.create({ ...ask, model: "auto:0.01", system: "Be brief." });
    expect(asked).toMatchObject([
      {
        willingnessToPayUsd: 0.01,
        request: {
          maxOutputTokens: 100,
          messages: [
            { role: "system", content: "Be brief." },
            { role: "user", content: "Hi" },
          ],
        },
      },
    ]);
  });

  test("takes only candidates that have a name at the provider", async () => {
    await clientOf(choosing("candidate"), { models: { candidate: "good" } }).messages.create(ask);
    expect(asked[0].models).toEqual(["candidate"]);
    expect(server.received).toMatchObject([{ model: "good" }]);
  });

  test("has the decision in the headers of an answer", async () => {
    const { response } = await clientOf(choosing("good")).messages.create(ask).withResponse();
    expect(response.headers.get("x-onehead-model")).toBe("good");
    expect(response.headers.get("x-onehead-decision-id")).toBe("decision-1");
    expect(response.headers.get("x-onehead-predicted-quality")).toBe("0.5000");
    expect(response.headers.get("request-id")).toBe("req_1");
  });

  test("leaves other names, and other paths, as they are", async () => {
    const client = clientOf(choosing("never"));
    const message = await client.messages.create({ ...ask, model: "good" });
    expect(outcomeOf(message)).toBeUndefined();
    await expect(client.messages.countTokens({ model: "auto", messages: ask.messages })).rejects.toThrow("model: auto");
    expect(server.received.map(({ path, model }) => `${path} ${model}`)).toEqual([
      "/v1/messages good",
      "/v1/messages/count_tokens auto",
    ]);
    expect(asked).toEqual([]);
  });

  test("says that an amount is none in the client's own error, and asks nobody", async () => {
    const error: unknown = await clientOf(choosing("good"))
      .messages.create({ ...ask, model: "auto:x" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toContain("an amount above 0");
    expect(server.received).toEqual([]);
  });

  test("parses an answer of a schema", async () => {
    const message = await clientOf(choosing("json")).messages.parse({
      ...ask,
      output_config: { format: zodOutputFormat(z.object({ capital: z.string() })) },
    });
    expect(message.parsed_output?.capital).toBe("Paris");
    expect(outcomeOf(message)?.model).toBe("json");
    expect(asked[0].request.responseFormat).toMatchObject({ type: "json-schema" });
  });

  test("runs tools over several turns, each of them routed", async () => {
    const cities: string[] = [];
    const weather = betaZodTool({
      name: "get_weather",
      description: "The weather of a city",
      inputSchema: z.object({ city: z.string() }),
      run: ({ city }) => {
        cities.push(city);
        return "rain";
      },
    });
    const message = await clientOf(choosing("tools")).beta.messages.toolRunner({ ...ask, tools: [weather] });
    expect(cities).toEqual(["Paris", "Rome"]);
    expect(message.content.at(-1)).toMatchObject({ text });
    expect(server.received.map(({ model }) => model)).toEqual(["tools", "tools"]);
    expect(asked[1].request.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
    expect(asked[1].request.tools?.[0].name).toBe("get_weather");
  });
});

test("a thread, of which a turn tells too little to choose by, is refused in the client's own error", async () => {
  const thread = clientOf(choosing("good")).beta.messages.thread({ model: "auto", max_tokens: 100 });
  const error: unknown = await thread.send({ role: "user", content: "Hi" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error instanceof BadRequestError && error.errorCode).toBe("thread_unsupported_request");
  expect(server.received).toEqual([]);
});

describe("a routed stream", () => {
  test("gives each event as it came, with the outcome on the first and the last", async () => {
    const events = [];
    for await (const event of await clientOf(trying("good")).messages.create({ ...ask, stream: true }))
      events.push(event);
    // the client itself leaves out pings
    expect(events.map(({ type }) => type)).toEqual(
      recorded.events.map(({ type }) => type).filter((type) => type !== "ping"),
    );
    const [begun] = events;
    const ended = events.find(({ type }) => type === "message_delta");
    expect(begun.type === "message_start" && outcomeOf(begun.message)).toMatchObject({ model: "good", costUsd: null });
    expect(outcomeOf(ended)).toMatchObject({ model: "good", costUsd });
    expect(JSON.stringify(events[1])).toBe(JSON.stringify(recorded.events[1]));
  });

  test("gives text, and a final message that carries the decision", async () => {
    const pieces: string[] = [];
    const stream = clientOf(trying("good"))
      .messages.stream(ask)
      .on("text", (piece) => pieces.push(piece));
    const message = await stream.finalMessage();
    expect(pieces.join("")).toBe(text);
    expect(message.usage.output_tokens).toBe(310);
    expect(outcomeOf(message)).toMatchObject({ model: "good", decision: { id: "decision-1" } });
    const { response } = await stream.withResponse();
    expect(response.headers.get("x-onehead-model")).toBe("good");
  });

  test("can be iterated, by the client's beta too", async () => {
    const seen: string[] = [];
    for await (const event of clientOf(choosing("good")).beta.messages.stream(ask)) seen.push(event.type);
    expect(seen.at(-1)).toBe("message_stop");
    expect(server.received).toMatchObject([{ model: "good" }]);
  });
});

describe("a fallback", () => {
  const modelsAsked = () => server.received.map(({ model }) => model);

  test.each(["overloaded", "broken", "bad-request"])("goes on after %s", async (first) => {
    const message = await clientOf(trying(first, "good")).messages.create(ask);
    expect(message.content[1]).toMatchObject({ text });
    expect(outcomeOf(message)?.tries.map(({ outcome }) => outcome)).toEqual(["failed", "answered"]);
    expect(modelsAsked()).toEqual([first, "good"]);
  });

  test.each(["overloaded", "error-first", "cut-first"])("goes on after %s, streamed", async (first) => {
    const message = await clientOf(trying(first, "good")).messages.stream(ask).finalMessage();
    expect(message.content[1]).toMatchObject({ text });
    expect(outcomeOf(message)?.model).toBe("good");
    expect(modelsAsked()).toEqual([first, "good"]);
    await expect.poll(() => server.open).toBe(0);
  });

  test("never happens after content: the client's own error is thrown", async () => {
    const pieces: string[] = [];
    const stream = clientOf(trying("error-later", "good"))
      .messages.stream(ask)
      .on("text", (piece) => pieces.push(piece));
    const error: unknown = await stream.finalMessage().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error instanceof Anthropic.APIError && error.type).toBe("overloaded_error");
    expect(pieces).toEqual(["Grüße, "]);
    expect(modelsAsked()).toEqual(["error-later"]);
  });

  test("that ends with nobody is the provider's last refusal, and nothing is tried twice", async () => {
    for (const stream of [false, true]) {
      const error: unknown = await clientOf(trying("bad-request", "overloaded"))
        .messages.create({ ...ask, stream })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OverloadedError);
      expect(error instanceof OverloadedError && error.type).toBe("overloaded_error");
    }
    expect(modelsAsked()).toEqual(["bad-request", "overloaded", "bad-request", "overloaded"]);
  });

  test("that ends with a broken answer, or a router that fails, is an error of the client's, and nothing is tried twice", async () => {
    const broken: unknown = await clientOf(trying("error-first"))
      .messages.create({ ...ask, stream: true })
      .catch((thrown: unknown) => thrown);
    expect(broken).toBeInstanceOf(InternalServerError);
    expect(String(broken)).toContain("overloaded_error");
    let routes = 0;
    const failing: Router = {
      route: () => {
        routes++;
        throw new Error("no candidates");
      },
    };
    const failed: unknown = await clientOf(failing)
      .messages.create(ask)
      .catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(InternalServerError);
    expect(String(failed)).toContain("the router failed: no candidates");
    expect(routes).toBe(1);
    expect(modelsAsked()).toEqual(["error-first"]);
  });
});

describe("an abort", () => {
  test.each(["hangs", "silent"])(
    "while %s is waited for is the client's own error, and nobody else is asked",
    async (model) => {
      for (const stream of [false, true]) {
        const controller = new AbortController();
        const call = clientOf(trying(model, "good")).messages.create({ ...ask, stream }, { signal: controller.signal });
        setTimeout(() => controller.abort(), 50);
        await expect(call).rejects.toBeInstanceOf(APIUserAbortError);
      }
      expect(server.received.map(({ model }) => model)).toEqual([model, model]);
      await expect.poll(() => server.open).toBe(0);
    },
  );

  test("within a stream ends it and gives the connection back, whether or not the router still heeds the signal", async () => {
    const stream = clientOf(trying("silent-later")).messages.stream(ask);
    stream.on("text", () => stream.abort());
    await expect(stream.finalMessage()).rejects.toBeInstanceOf(APIUserAbortError);
    await expect.poll(() => server.open).toBe(0);
  });

  test("leaving a loop early gives the connection back", async () => {
    for await (const event of await clientOf(trying("silent-later")).messages.create({ ...ask, stream: true })) {
      if (event.type === "content_block_delta") break;
    }
    await expect.poll(() => server.open).toBe(0);
  });

  test("the client's timeout is its own error", async () => {
    const call = clientOf(trying("hangs")).messages.create(ask, { timeout: 50, maxRetries: 0 });
    await expect(call).rejects.toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
  });
});

test("what is no client, or no router, is told so", () => {
  expect(() => routed({ withOptions: undefined } as never, choosing("good"))).toThrow("routed: client");
  expect(() => clientOf({} as never)).toThrow("routed: router");
});
