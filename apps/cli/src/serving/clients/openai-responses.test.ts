import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import type { FunctionTool, ResponseInput, ResponseInputItem } from "openai/resources/responses/responses";
import { expect, test } from "vitest";
import { z } from "zod";
import { countedTokens, describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

const getWeather: FunctionTool = {
  type: "function",
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  strict: false,
};

describeUpstreams(upstreams, (under) => {
  const echoes = under.upstream === "echo";
  const open = () => {
    const { fetch, ids } = notingFetch();
    return { ids, client: new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch, maxRetries: 0 }) };
  };
  const said = (text: string) => {
    if (echoes) expect(text).toMatch(/^This is Onehead's echo: .* You said: Say hello$/s);
    else expect(text).toBe(helloText);
  };
  const settled = (id: string | undefined) =>
    under.gateway.settled(id, { surface: "responses", ...(echoes ? {} : { usage: countedTokens }) });

  test("create: the answer, its usage, and the decision in the log with what it cost", async () => {
    const { client, ids } = open();
    const response = await client.responses.create({ model: "auto", instructions: "Be brief.", input: "Say hello" });
    said(response.output_text);
    expect(response.status).toBe("completed");
    const { usage } = await settled(ids[0]);
    expect(response.usage).toMatchObject({ input_tokens: usage?.inputTokens, output_tokens: usage?.outputTokens });
  });

  test("create, streamed: events in the interface's order, the whole response last", async () => {
    const { client, ids } = open();
    const types: string[] = [];
    let text = "";
    for await (const event of await client.responses.create({ model: "auto", input: "Say hello", stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") said(textOf(event.response));
    }
    said(text);
    expect(types[0]).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
    expect(types).toContain("response.output_item.done");
    await settled(ids[0]);
  });

  test("stream() and parse: the final response, and an object of a zod schema", async () => {
    const { client, ids } = open();
    const final = await client.responses.stream({ model: "auto", input: "Say hello" }).finalResponse();
    said(textOf(final));
    const parsed = await client.responses.parse({
      model: "auto",
      input: "The capital, as JSON",
      text: { format: zodTextFormat(z.object({ capital: z.string() }), "capital") },
    });
    expect(parsed.output_parsed).toEqual({ capital: echoes ? "echo" : "Paris" });
    for (const id of ids) await settled(id);
    expect(ids).toHaveLength(2);
  });

  test.skipIf(under.upstream !== "openai")(
    "a response that was streamed can be gone on from (only OpenAI holds any)",
    async () => {
      const { client, ids } = open();
      const first = await client.responses.stream({ model: "auto", input: "Say hello" }).finalResponse();
      const next = { model: "auto", input: "Say hello", previous_response_id: first.id };
      said((await client.responses.create(next)).output_text);
      const [before, after] = [await settled(ids[0]), await settled(ids[1])];
      expect(after.model).toBe(before.model);
    },
  );

  test.skipIf(echoes)("tools (the echo calls none by itself): a call, and its result in the next request", async () => {
    const { client, ids } = open();
    const input: ResponseInput = [{ role: "user", content: "The weather in Paris?" }];
    for (const streamed of [false, true]) {
      const request = { model: "auto", input, tools: [getWeather], store: false };
      const first = streamed
        ? await client.responses.stream(request).finalResponse()
        : await client.responses.create(request);
      const call = first.output.find((item) => item.type === "function_call") as
        | OpenAI.Responses.ResponseFunctionToolCall
        | undefined;
      expect(call).toMatchObject({ name: "get_weather", arguments: '{"city":"Paris"}' });
      const result = { type: "function_call_output" as const, call_id: call?.call_id ?? "", output: "rain" };
      const second = await client.responses.create({
        ...request,
        input: [...input, ...(first.output as ResponseInputItem[]), result],
      });
      expect(textOf(second)).toBe("It rains in Paris.");
    }
    for (const id of ids) await settled(id);
    expect(ids).toHaveLength(4);
  });
});

function textOf({ output }: OpenAI.Responses.Response): string {
  const parts = output.flatMap((item) => (item.type === "message" ? item.content : []));
  return parts.map((part) => (part.type === "output_text" ? part.text : "")).join("");
}
