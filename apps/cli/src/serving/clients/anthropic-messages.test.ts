import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { expect, test } from "vitest";
import { z } from "zod";
import { countedTokens, describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const ask = (content: string) => ({
  model: "auto",
  max_tokens: 100,
  messages: [{ role: "user" as const, content }],
});
const getWeather: Anthropic.Tool = {
  name: "get_weather",
  description: "The weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

describeUpstreams(upstreams, (under) => {
  const echoes = under.upstream === "echo";
  const open = () => {
    const { fetch, ids } = notingFetch();
    return { ids, client: new Anthropic({ baseURL: under.gateway.url, apiKey: "any", fetch, maxRetries: 0 }) };
  };
  const said = (content: Anthropic.ContentBlock[]) => {
    const text = textOf(content);
    if (echoes) expect(text).toMatch(/^This is Onehead's echo: .* You said: Say hello$/s);
    else expect(text).toBe(helloText);
  };
  const settled = (id: string | undefined) =>
    under.gateway.settled(id, { surface: "messages", ...(echoes ? {} : { usage: countedTokens }) });

  test("create: the answer, its usage, and the decision in the log with what it cost", async () => {
    const { client } = open();
    const { data, response, request_id: id } = await client.messages.create(ask("Say hello")).withResponse();
    said(data.content);
    expect(data).toMatchObject({ type: "message", role: "assistant", stop_reason: "end_turn" });
    expect(id).toBe(response.headers.get("x-request-id"));
    const { usage } = await settled(response.headers.get("x-onehead-decision-id") ?? undefined);
    expect(data.usage).toMatchObject({ input_tokens: usage?.inputTokens, output_tokens: usage?.outputTokens });
  });

  test("system blocks with a cache mark, an image and a document in text are taken", async () => {
    const { client, ids } = open();
    const image = { type: "base64" as const, media_type: "image/png" as const, data: onePixel };
    const { content } = await client.messages.create({
      ...ask(""),
      system: [{ type: "text", text: "Be brief. ".repeat(20), cache_control: { type: "ephemeral" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: image },
            { type: "text", text: "Say hello", cache_control: { type: "ephemeral" } },
          ],
        },
      ],
      metadata: { user_id: "somebody" },
    });
    said(content);
    await settled(ids[0]);
  });

  test("stream: events in the interface's order, and usage at their end", async () => {
    const { client, ids } = open();
    const types: string[] = [];
    let text = "";
    let outputTokens: number | undefined;
    for await (const event of await client.messages.create({ ...ask("Say hello"), stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
      if (event.type === "message_delta") outputTokens = event.usage.output_tokens;
    }
    expect(types).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(text).toContain(echoes ? "Say hello" : helloText);
    const { usage } = await settled(ids[0]);
    expect(outputTokens).toBe(usage?.outputTokens);
  });

  test("stream().finalMessage() is the message that create gives", async () => {
    const { client, ids } = open();
    const final = await client.messages.stream(ask("Say hello")).finalMessage();
    said(final.content);
    const { usage } = await settled(ids[0]);
    expect(final.usage).toMatchObject({ input_tokens: usage?.inputTokens, output_tokens: usage?.outputTokens });
  });

  test("parse: an object of a zod schema", async () => {
    const { client, ids } = open();
    const format = zodOutputFormat(z.object({ capital: z.string() }));
    const message = await client.messages.parse({ ...ask("The capital, as JSON"), output_config: { format } });
    expect(message.parsed_output).toEqual({ capital: echoes ? "echo" : "Paris" });
    await settled(ids[0]);
  });

  test.skipIf(echoes)("tools (the echo calls none by itself): two calls of one turn, and their results", async () => {
    const { client, ids } = open();
    const request = { ...ask("Is it nice in both cities?"), tools: [getWeather] };
    for (const streamed of [false, true]) {
      const first = streamed
        ? await client.messages.stream(request).finalMessage()
        : await client.messages.create(request);
      expect(first.stop_reason).toBe("tool_use");
      const calls = first.content.filter((block) => block.type === "tool_use");
      expect(calls.map(({ input }) => input)).toEqual([{ city: "Paris" }, { city: "Rome" }]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      const results = calls.map(({ id }) => ({ type: "tool_result" as const, tool_use_id: id, content: "rain" }));
      const second = await client.messages.create({
        ...request,
        messages: [
          ...request.messages,
          { role: "assistant", content: first.content },
          { role: "user", content: results },
        ],
      });
      expect(textOf(second.content)).toBe("Rain here, sun there.");
    }
    for (const id of ids) await settled(id);
    expect(ids).toHaveLength(4);
  });

  test.skipIf(echoes)("the tool runner (the echo calls no tool by itself) runs a function and ends", async () => {
    const { client, ids } = open();
    const asked: string[] = [];
    const tool = betaZodTool({
      name: "get_weather",
      description: "The weather of a city",
      inputSchema: z.object({ city: z.string() }),
      run: ({ city }) => {
        asked.push(city);
        return "rain";
      },
    });
    const final = await client.beta.messages.toolRunner({ ...ask("The weather in Paris?"), tools: [tool] });
    expect(final.content.map((block) => (block.type === "text" ? block.text : ""))).toEqual(["It rains in Paris."]);
    expect(asked).toEqual(["Paris"]);
    for (const id of ids) await settled(id);
    expect(ids).toHaveLength(2);
  });

  test.skipIf(echoes)("thinking (the echo has no thoughts) goes in and comes back with its proof", async () => {
    const { client, ids } = open();
    const request = { ...ask("Please think."), max_tokens: 4_000 };
    const thinking = { type: "enabled" as const, budget_tokens: 1_024 };
    const first = await client.messages.create({ ...request, thinking });
    expect(textOf(first.content)).toBe("Forty-two.");
    // chat completions of OpenAI have no thoughts
    if (under.upstream !== "openai") {
      expect(first.content[0]).toMatchObject({ type: "thinking", thinking: "Six times seven." });
    }
    const second = await client.messages.create({
      ...request,
      thinking,
      messages: [
        ...request.messages,
        { role: "assistant", content: first.content },
        { role: "user", content: "Say hello" },
      ],
    });
    said(second.content);
    for (const id of ids) await settled(id);
  });

  test("countTokens says how many tokens a request has, without a call", async () => {
    const { client } = open();
    const { input_tokens: few } = await client.messages.countTokens({
      model: "auto",
      messages: [{ role: "user", content: "Say hello" }],
    });
    const { input_tokens: more } = await client.messages.countTokens({
      model: "auto",
      system: "Be brief. ".repeat(50),
      messages: [{ role: "user", content: "Say hello" }],
      tools: [getWeather],
    });
    expect(few).toBeGreaterThan(0);
    expect(few).toBeLessThan(20);
    expect(more).toBeGreaterThan(few + 100);
  });

  test("models.list has auto first", async () => {
    const { client } = open();
    const ids: string[] = [];
    for await (const { id, type, display_name: name } of client.models.list()) {
      ids.push(id);
      expect({ type, name }).toEqual({ type: "model", name: id });
    }
    expect(ids[0]).toBe("auto");
    expect(await client.models.retrieve(ids[1])).toMatchObject({ id: ids[1], type: "model" });
  });

  test("what is refused is told in Anthropic's own form, as the client's own error", async () => {
    const { client } = open();
    const bad = client.messages.create({ ...ask("hello"), max_tokens: "many" as never });
    await expect(bad).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    await expect(bad).rejects.toMatchObject({
      error: {
        type: "error",
        error: { type: "invalid_request_error", message: expect.stringMatching(/^max_tokens: /) },
      },
    });
    const unknown = client.messages.create({ ...ask("hello"), model: "no-such-model" });
    await expect(unknown).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(unknown).rejects.toMatchObject({ error: { error: { type: "not_found_error" } } });
    if (echoes) return;
    await expect(client.messages.create(ask("too often"))).rejects.toBeInstanceOf(Anthropic.RateLimitError);
    await expect(client.messages.create(ask("break"))).rejects.toBeInstanceOf(Anthropic.InternalServerError);
  });
});

function textOf(content: Anthropic.ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
