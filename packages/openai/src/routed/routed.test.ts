import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RouteDecision, Router } from "@onehead/provider";
import OpenAI, { APIConnectionTimeoutError, APIError, AzureOpenAI, BadRequestError, RateLimitError } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import recordedChat from "../__fixtures__/chat-completions.json" with { type: "json" };
import recordedResponses from "../__fixtures__/responses.json" with { type: "json" };
import { outcomeOf, ProviderHttpError, ProviderResponseError, routed } from "../index.js";

type Body = Record<string, unknown> & { model: string; stream?: boolean };
type Answer = (body: Body, response: ServerResponse, request: IncomingMessage) => void;

let server: Server;
let url: string;
let answer: Answer;
let asked: Array<{ path: string; body: Body; retry: unknown }> = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Body;
    asked.push({ path: request.url ?? "", body, retry: request.headers["x-stainless-retry-count"] });
    answer(body, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(() => {
  asked = [];
});

const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};
const sse = (response: ServerResponse, events: readonly object[], done = true): void => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  if (done) response.end("data: [DONE]\n\n");
};
const completion = (model: string, message: object = { role: "assistant", content: `from ${model}` }) => ({
  ...recordedChat.answer,
  model,
  choices: [{ ...recordedChat.answer.choices[0], message }],
});
/** Answers whole or streamed, as it is asked. */
const answering: Answer = (body, response) => {
  if (body.stream) sse(response, recordedChat.events);
  else json(response, completion(body.model));
};

const decision: RouteDecision = {
  id: "decision-1",
  model: "small",
  ranking: [
    { model: "small", predictedQuality: 0.6, predictedCostUsd: 0.0001, reward: 0.5 },
    { model: "large", predictedQuality: 0.9, predictedCostUsd: 0.01, reward: 0.4 },
  ],
};

/** Chooses always the same; with `run`, goes on to the next candidate whatever has failed. */
function routerWith(
  options: { run?: boolean } = {},
): Router & { requests: Parameters<Router["route"]>[0][]; settled: unknown[] } {
  const requests: Parameters<Router["route"]>[0][] = [];
  const settled: unknown[] = [];
  const router = {
    requests,
    settled,
    route(request: Parameters<Router["route"]>[0]) {
      requests.push(request);
      return decision;
    },
  };
  if (!options.run) return router;
  return {
    ...router,
    async run(made, attempt, { signal } = {}) {
      let last: unknown;
      for (const [i, { model }] of made.ranking.entries()) {
        try {
          const value = await attempt({ model, attempt: i + 1, signal: signal ?? new AbortController().signal });
          const outcome = {
            decision: made,
            model,
            tries: [{ model, outcome: "answered" as const, elapsedMs: 1, costUsd: null as number | null }],
            costUsd: null as number | null,
            unresolvedTries: 1,
          };
          const settle = (usage: unknown): void => {
            settled.push(usage);
            Object.assign(outcome, { costUsd: 0.5, unresolvedTries: 0 });
          };
          return { value, outcome, settle };
        } catch (error) {
          if (signal?.aborted) throw error;
          last = error;
        }
      }
      throw last;
    },
  };
}

const clientWith = (router: Router, options: Parameters<typeof routed>[2] = {}) =>
  routed(new OpenAI({ baseURL: url, apiKey: "a-key", logLevel: "off" }), router, options);

const question = [{ role: "user" as const, content: "What is the capital of France?" }];

describe("a routed client", () => {
  test("is of the type of the client, Azure's too", () => {
    const router = routerWith();
    expectTypeOf(clientWith(router)).toEqualTypeOf<OpenAI>();
    const azure = new AzureOpenAI({
      endpoint: "https://example.openai.azure.com",
      apiVersion: "2025-01-01",
      apiKey: "a-key",
    });
    const own = routed(azure, router);
    expectTypeOf(own).toEqualTypeOf<AzureOpenAI>();
    expect(own).toBeInstanceOf(AzureOpenAI);
  });

  test("routes model auto, and says so on the answer and in its headers", async () => {
    answer = answering;
    const router = routerWith();
    const { data, response } = await clientWith(router)
      .chat.completions.create({ model: "auto", messages: question })
      .withResponse();
    expectTypeOf(data).toEqualTypeOf<OpenAI.ChatCompletion>();
    expect(data.choices[0].message.content).toBe("from small");
    expect(data.model).toBe("small");
    expect(outcomeOf(data)).toMatchObject({ model: "small", decision: { id: "decision-1" } });
    expect(response.headers.get("x-onehead-decision-id")).toBe("decision-1");
    expect(response.headers.get("x-onehead-model")).toBe("small");
    expect(response.headers.get("x-onehead-predicted-cost-usd")).toBe("0.0001000");
    expect(router.requests[0].request.messages).toEqual(question);
    expect(asked[0].body).toEqual({ model: "small", messages: question });
  });

  test.each([
    ["auto:0.01", { willingnessToPayUsd: 0.01 }],
    ["onehead/auto", {}],
    ["router-mf-0.11", { costQuality: 8.9 }],
  ])("takes %s too", async (model, preference) => {
    answer = answering;
    const router = routerWith();
    await clientWith(router).chat.completions.create({ model, messages: question });
    const { request: _, ...asked } = router.requests[0];
    expect(asked).toEqual(preference);
  });

  test("passes any other name through as it is, with the client's own retries", async () => {
    let calls = 0;
    answer = (body, response, request) =>
      calls++ === 0 ? json(response, {}, 500) : answering(body, response, request);
    const router = routerWith();
    const data = await clientWith(router).chat.completions.create({ model: "gpt-4o", messages: question });
    expect(data.model).toBe("gpt-4o");
    expect(outcomeOf(data)).toBeUndefined();
    expect(router.requests).toEqual([]);
    expect(asked).toHaveLength(2);
  });

  test("names candidates as the provider does, and offers the router only those", async () => {
    answer = answering;
    const router = routerWith();
    const data = await clientWith(router, { models: { small: "gpt-5-nano" } }).chat.completions.create({
      model: "auto",
      messages: question,
    });
    expect(data.model).toBe("gpt-5-nano");
    expect(router.requests[0].models).toEqual(["small"]);
  });

  test("sends nothing where the router chooses what is not among them, or nothing at all", async () => {
    answer = answering;
    const choice = { ...routerWith(), route: () => ({ ...decision, model: undefined as unknown as string }) };
    const clients = [clientWith(routerWith(), { models: { other: "gpt-5-nano" } }), clientWith(choice)];
    for (const client of clients) {
      const error = await client.chat.completions
        .create({ model: "auto", messages: question })
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(BadRequestError);
      expect((error as BadRequestError).message).toContain("the router's choice");
    }
    expect(asked).toEqual([]);
  });
});

describe("the client's own calls", () => {
  test("create with stream: chunks as they came, the decision on the first and the cost on the last", async () => {
    answer = answering;
    const router = routerWith({ run: true });
    const stream = await clientWith(router).chat.completions.create({
      model: "auto",
      messages: question,
      stream: true,
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe("Grüße, 世界 🌍!");
    expect(outcomeOf(chunks[0])).toMatchObject({ model: "small", costUsd: null });
    expect(outcomeOf(chunks.at(-1))).toMatchObject({ model: "small", costUsd: 0.5 });
    // usage was asked for here, not by the caller, who so does not see its chunk
    expect(asked[0].body["stream_options"]).toEqual({ include_usage: true });
    expect(chunks.every(({ choices }) => choices.length > 0)).toBe(true);
    expect(router.settled).toMatchObject([
      { inputTokens: 1219, cachedInputTokens: 1024, outputTokens: 310, reasoningTokens: 192 },
    ]);
  });

  test("create with stream and usage: its chunk stays", async () => {
    answer = answering;
    const stream = await clientWith(routerWith()).chat.completions.create({
      model: "auto",
      messages: question,
      stream: true,
      stream_options: { include_usage: true },
    });
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) usage = chunk.usage;
    expect(usage?.total_tokens).toBe(1529);
  });

  test("stream: events and the final completion", async () => {
    answer = answering;
    const stream = clientWith(routerWith({ run: true })).chat.completions.stream({ model: "auto", messages: question });
    let text = "";
    stream.on("content", (delta) => {
      text += delta;
    });
    const final = await stream.finalChatCompletion();
    expectTypeOf(final.choices[0].message.content).toEqualTypeOf<string | null>();
    expect(text).toBe("Grüße, 世界 🌍!");
    expect(final.choices[0].message.content).toBe(text);
    expect(outcomeOf(final)).toMatchObject({ costUsd: 0.5 });
  });

  test("parse: the typed object", async () => {
    answer = (body, response) =>
      json(response, completion(body.model, { role: "assistant", content: '{"capital":"Paris"}' }));
    const router = routerWith();
    const parsed = await clientWith(router).chat.completions.parse({
      model: "auto",
      messages: question,
      response_format: zodResponseFormat(z.object({ capital: z.string() }), "capital"),
    });
    const { parsed: object } = parsed.choices[0].message;
    expectTypeOf(object).toEqualTypeOf<{ capital: string } | null>();
    expect(object?.capital).toBe("Paris");
    expect(router.requests[0].request.responseFormat).toMatchObject({
      type: "json-schema",
      name: "capital",
      strict: true,
    });
  });

  test("runTools: a loop of calls, each routed", async () => {
    answer = (body, response) => {
      const last = (body["messages"] as Array<{ role: string; content: string }>).at(-1);
      if (last?.role === "tool")
        json(response, completion(body.model, { role: "assistant", content: `It is ${last.content}.` }));
      else
        json(
          response,
          completion(body.model, { role: "assistant", content: null, tool_calls: [recordedChat.parallelToolCalls[0]] }),
        );
    };
    const router = routerWith();
    const runner = clientWith(router).chat.completions.runTools({
      model: "auto",
      messages: question,
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "The weather of a city",
            parameters: { type: "object", properties: { city: { type: "string" } } },
            parse: JSON.parse,
            function: ({ city }: { city: string }) => `rain in ${city}`,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("It is rain in Paris.");
    expect(router.requests).toHaveLength(2);
    expect(router.requests[1].request).toMatchObject({
      tools: [{ name: "get_weather" }],
      messages: [
        { role: "user" },
        { role: "assistant", content: [{ type: "tool-call", name: "get_weather", arguments: '{"city":"Paris"}' }] },
        { role: "tool", content: [{ type: "tool-result", content: "rain in Paris" }] },
      ],
    });
  });

  test("responses: create, and stream to its final response", async () => {
    answer = (body, response) => {
      const whole = { ...recordedResponses.answer, model: body.model };
      if (!body.stream) json(response, whole);
      else
        sse(
          response,
          [...recordedResponses.events, { type: "response.completed", sequence_number: 99, response: whole }],
          true,
        );
    };
    const client = clientWith(routerWith({ run: true }));
    const response = await client.responses.create({ model: "auto", input: "Hello" });
    expectTypeOf(response.output_text).toBeString();
    expect(response.output_text).toBe("Grüße, 世界 🌍!");
    expect(outcomeOf(response)).toMatchObject({ model: "small" });
    const final = await client.responses.stream({ model: "auto", input: "Hello" }).finalResponse();
    expect(final.output_text).toBe("Grüße, 世界 🌍!");
    expect(outcomeOf(final)).toMatchObject({ costUsd: 0.5 });
  });
});

describe("failures", () => {
  const failing =
    (models: Record<string, Answer>): Answer =>
    (body, response, request) =>
      (models[body.model] ?? answering)(body, response, request);
  const tooMany: Answer = (_, response) => json(response, recordedChat.error, 429);

  test("before content go to the next candidate: a status, an error event, a stream that is cut", async () => {
    const cases: Answer[] = [
      tooMany,
      (_, response) => sse(response, [recordedChat.events[0], recordedChat.error]),
      (_, response) => {
        sse(response, [recordedChat.events[0]], false);
        setTimeout(() => response.destroy(), 10);
      },
      (_, response) => void response.destroy(),
    ];
    for (const small of cases) {
      answer = failing({ small });
      const stream = await clientWith(routerWith({ run: true })).chat.completions.create({
        model: "auto",
        messages: question,
        stream: true,
      });
      let text = "";
      let last: unknown;
      for await (const chunk of stream) {
        text += chunk.choices[0]?.delta.content ?? "";
        last = chunk;
      }
      expect(text).toBe("Grüße, 世界 🌍!");
      expect(outcomeOf(last)?.model).toBe("large");
    }
  });

  test("after content never switch: the client throws its own error", async () => {
    answer = failing({
      small: (_, response) => sse(response, [recordedChat.events[0], recordedChat.events[1], recordedChat.error]),
    });
    const stream = await clientWith(routerWith({ run: true })).chat.completions.create({
      model: "auto",
      messages: question,
      stream: true,
    });
    let text = "";
    const read = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(read).rejects.toBeInstanceOf(APIError);
    expect(text).toBe("Grüße, ");
    expect(asked.map(({ body }) => body.model)).toEqual(["small"]);
  });

  test("of all candidates are the client's own typed error, and it does not try again by itself", async () => {
    answer = tooMany;
    const error = await clientWith(routerWith({ run: true }))
      .chat.completions.create({ model: "auto", messages: question })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RateLimitError);
    expect((error as RateLimitError).code).toBe("rate_limit_exceeded");
    expect(asked.map(({ body }) => body.model)).toEqual(["small", "large"]);
  });

  test("of the connection, and a refusal of the router, are answers that the client does not repeat", async () => {
    answer = (_, response) => void response.destroy();
    const lost = await clientWith(routerWith())
      .chat.completions.create({ model: "auto", messages: question })
      .catch((thrown: unknown) => thrown);
    expect(lost).toBeInstanceOf(APIError);
    expect((lost as APIError).status).toBe(503);
    expect(asked).toHaveLength(1);

    const bad = await clientWith(routerWith())
      .chat.completions.create({ model: "auto:much", messages: question })
      .catch((thrown: unknown) => thrown);
    expect(bad).toBeInstanceOf(BadRequestError);
    expect((bad as BadRequestError).message).toContain("auto:<USD>");
    expect(asked).toHaveLength(1);
  });

  test("reach a router's run as provider errors, with what the provider said", async () => {
    const seen: unknown[] = [];
    const router: Router = {
      ...routerWith(),
      run: async (_, attempt) => {
        await attempt({ model: "small", attempt: 1, signal: new AbortController().signal }).catch((error: unknown) =>
          seen.push(error),
        );
        throw seen.at(-1);
      },
    };
    answer = (_, response) => {
      response.setHeader("retry-after", "3");
      tooMany({ model: "" }, response, {} as IncomingMessage);
    };
    await clientWith(router)
      .chat.completions.create({ model: "auto", messages: question })
      .catch(() => {});
    expect(seen[0]).toSatisfy(ProviderHttpError.isInstance);
    expect(seen[0]).toMatchObject({ status: 429, retryAfterMs: 3000, reason: "rate_limit_exceeded", model: "small" });
    answer = (_, response) => sse(response, [recordedChat.error]);
    await clientWith(router)
      .chat.completions.create({ model: "auto", messages: question, stream: true })
      .catch(() => {});
    expect(seen[1]).toSatisfy(ProviderResponseError.isInstance);
  });

  test("an abort of the caller ends everything", async () => {
    const controller = new AbortController();
    answer = () => controller.abort();
    const call = clientWith(routerWith({ run: true })).chat.completions.create(
      { model: "auto", messages: question },
      { signal: controller.signal },
    );
    await expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(asked.map(({ body }) => body.model)).toEqual(["small"]);
  });

  test("a stream that the caller leaves is given up and settled", async () => {
    let closed = false;
    answer = (_, response) => {
      sse(response, recordedChat.events.slice(0, 2), false);
      response.on("close", () => {
        closed = true;
      });
    };
    const router = routerWith({ run: true });
    const stream = await clientWith(router).chat.completions.create({
      model: "auto",
      messages: question,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    await expect.poll(() => closed).toBe(true);
    await expect.poll(() => router.settled).toEqual([undefined]);
  });
});

test("what is no client or no router is named", () => {
  expect(() => routed({} as OpenAI, routerWith())).toThrow("routed: client");
  expect(() => clientWith({} as Router)).toThrow("routed: router");
});

describe("several answers at once, streamed", () => {
  const chunk = (index: number, delta: object, finish_reason: string | null = null) => ({
    ...recordedChat.events[0],
    choices: [{ index, delta, finish_reason }],
    usage: null,
  });
  const call = (json: string) => ({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: json } }] });

  test("are handed on as they come, and cost what they cost", async () => {
    let goOn = (): void => {};
    const first = [chunk(0, call('{"a":')), chunk(1, call('{"a":')), chunk(0, call("1}")), chunk(0, {}, "tool_calls")];
    const rest = [chunk(1, call("1}")), chunk(1, {}, "tool_calls"), recordedChat.events.at(-1) as object];
    answer = (_, response) => {
      sse(response, first, false);
      goOn = () => {
        for (const event of rest) response.write(`data: ${JSON.stringify(event)}\n\n`);
        response.end("data: [DONE]\n\n");
      };
    };
    const router = routerWith({ run: true });
    const request = { model: "auto", messages: question, n: 2, stream: true } as const;
    const stream = await clientWith(router).chat.completions.create(request);
    const ends: unknown[] = [];
    for await (const event of stream) {
      const [choice] = event.choices;
      if (choice.finish_reason !== null) ends.push([choice.index, outcomeOf(event) !== undefined]);
      // the second answer comes only once the first has been seen to end
      if (choice.finish_reason !== null && choice.index === 0) goOn();
    }
    expect(ends).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(router.settled).toHaveLength(1);
    expect(router.settled).toMatchObject([{ outputTokens: expect.any(Number) }]);
  });
});

test("the client's own timeout is not tried again: a routed call is made once, whatever its maxRetries", async () => {
  answer = () => {};
  const create = clientWith(routerWith()).chat.completions.create(
    { model: "auto", messages: question },
    { timeout: 50, maxRetries: 2 },
  );
  await expect(create).rejects.toBeInstanceOf(APIConnectionTimeoutError);
  expect(asked).toHaveLength(1);
});
