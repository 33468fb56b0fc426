import OpenAI from "openai";
import { zodFunction } from "openai/helpers/zod";
import type { ChatCompletionMessageParam, ChatCompletionTool } from "openai/resources/chat/completions";
import { expect, test } from "vitest";
import { z } from "zod";
import { describeUpstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

const getWeather: ChatCompletionTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

describeUpstreams(["openai", "anthropic", "google"], (under) => {
  const open = () => {
    const { fetch, ids } = notingFetch();
    return { ids, client: new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch, maxRetries: 0 }) };
  };
  const settleAll = async (ids: string[], calls: number) => {
    expect(ids).toHaveLength(calls);
    for (const id of ids) await under.gateway.settled(id, { surface: "chat-completions" });
  };

  test("a tool is called and its result taken, by hand", async () => {
    const { client, ids } = open();
    const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "The weather in Paris?" }];
    const first = await client.chat.completions.create({ model: "auto", messages, tools: [getWeather] });
    const [{ message, finish_reason: reason }] = first.choices;
    expect(reason).toBe("tool_calls");
    expect(message.tool_calls).toMatchObject([
      { type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } },
    ]);
    messages.push(message, { role: "tool", tool_call_id: message.tool_calls?.[0].id ?? "", content: "rain" });
    const second = await client.chat.completions.create({ model: "auto", messages, tools: [getWeather] });
    expect(second.choices[0]).toMatchObject({ message: { content: "It rains in Paris." }, finish_reason: "stop" });
    await settleAll(ids, 2);
  });

  test("two calls of one turn have ids of their own, whole and streamed", async () => {
    const { client, ids } = open();
    const request = {
      model: "auto",
      messages: [{ role: "user" as const, content: "Is it nice in both cities?" }],
      tools: [getWeather],
      parallel_tool_calls: true,
    };
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    for (const { choices } of [whole, streamed]) {
      const calls = choices[0].message.tool_calls ?? [];
      const made = calls.map((call) => (call.type === "function" ? call.function.arguments : ""));
      expect(made.map((json) => JSON.parse(json))).toEqual([{ city: "Paris" }, { city: "Rome" }]);
      expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
      expect(choices[0].finish_reason).toBe("tool_calls");
    }
    await settleAll(ids, 2);
  });

  test.each([false, true])(
    "runTools calls a function with what its schema took, and ends (streamed: %s)",
    async (stream) => {
      const { client, ids } = open();
      const asked: string[] = [];
      const tool = zodFunction({
        name: "get_weather",
        parameters: z.object({ city: z.string() }),
        function: ({ city }) => {
          asked.push(city);
          return "rain";
        },
      });
      const request = {
        model: "auto",
        messages: [{ role: "user" as const, content: "The weather in Paris?" }],
        tools: [tool],
      };
      const runner = stream
        ? client.chat.completions.runTools({ ...request, stream: true })
        : client.chat.completions.runTools(request);
      expect(await runner.finalContent()).toBe("It rains in Paris.");
      expect(asked).toEqual(["Paris"]);
      await settleAll(ids, 2);
    },
  );
});

describeUpstreams(["echo"], (under) => {
  test("a tool that is demanded is called with arguments of its schema", async () => {
    const { fetch, ids } = notingFetch();
    const client = new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch });
    const completion = await client.chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: "The weather?" }],
      tools: [getWeather],
      tool_choice: "required",
    });
    expect(completion.choices[0].message.tool_calls).toMatchObject([{ function: { arguments: '{"city":"echo"}' } }]);
    await under.gateway.settled(ids[0]);
  });
});
