import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, OpenAIEmbeddings } from "@langchain/openai";
import { expect, test } from "vitest";
import { z } from "zod";
import { countedTokens, describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

const weather = tool(({ city }) => `rain in ${city}`, {
  name: "get_weather",
  description: "The weather of a city",
  schema: z.object({ city: z.string() }),
});

describeUpstreams(upstreams, (under) => {
  const echoes = under.upstream === "echo";
  const open = (useResponsesApi = false) => {
    const { fetch, ids } = notingFetch();
    const configuration = { baseURL: `${under.gateway.url}/v1`, fetch };
    return {
      ids,
      model: new ChatOpenAI({ model: "auto", apiKey: "any", configuration, maxRetries: 0, useResponsesApi }),
      embeddings: new OpenAIEmbeddings({ model: "onehead/embedder", apiKey: "any", configuration, maxRetries: 0 }),
    };
  };
  const said = (text: string) => {
    if (echoes) expect(text).toMatch(/You said: Say hello$/);
    else expect(text).toBe(helloText);
  };

  test.each([false, true])("invoke: the answer with its usage (responses: %s)", async (useResponsesApi) => {
    const { model, ids } = open(useResponsesApi);
    const message = await model.invoke([
      ["system", "Be brief."],
      ["user", "Say hello"],
    ]);
    said(message.text);
    const logged = await under.gateway.settled(ids[0], { surface: useResponsesApi ? "responses" : "chat-completions" });
    expect(message.usage_metadata).toMatchObject({
      input_tokens: logged.usage?.inputTokens,
      output_tokens: logged.usage?.outputTokens,
    });
    if (!echoes) expect(logged.usage).toMatchObject(countedTokens);
  });

  test.each([false, true])("stream: pieces, and the usage with the last (responses: %s)", async (useResponsesApi) => {
    const { model, ids } = open(useResponsesApi);
    let text = "";
    let pieces = 0;
    let outputTokens = 0;
    const stream: AsyncIterable<AIMessageChunk> = await model.stream("Say hello");
    for await (const chunk of stream) {
      text += chunk.text;
      if (chunk.text !== "") pieces++;
      outputTokens += (chunk.usage_metadata as UsageMetadata | undefined)?.output_tokens ?? 0;
    }
    said(text);
    expect(pieces).toBeGreaterThan(1);
    const { usage } = await under.gateway.settled(ids[0]);
    expect(outputTokens).toBe(usage?.outputTokens);
  });

  test.each(["jsonSchema", "functionCalling"] as const)("withStructuredOutput by %s", async (method) => {
    const { model, ids } = open();
    const capital = z.object({ capital: z.string() });
    const structured = model.withStructuredOutput(capital, { name: "capital", method });
    // what the mock calls as a function is the weather
    if (method === "functionCalling" && !echoes) {
      const city = z.object({ city: z.string() });
      const called = model.withStructuredOutput(city, { name: "get_weather", method });
      expect(await called.invoke("The weather in Paris?")).toEqual({ city: "Paris" });
    } else {
      expect(await structured.invoke("The capital, as JSON")).toEqual({ capital: echoes ? "echo" : "Paris" });
    }
    await under.gateway.settled(ids[0]);
  });

  test.skipIf(echoes)("bindTools (the echo calls none by itself): a loop of calls and results", async () => {
    for (const useResponsesApi of [false, true]) {
      const { model, ids } = open(useResponsesApi);
      const bound = model.bindTools([weather]);
      const messages: BaseMessage[] = [new HumanMessage("Is it nice in both cities?")];
      let answer: AIMessage = await bound.invoke(messages);
      expect(answer.tool_calls?.map(({ args }) => args)).toEqual([{ city: "Paris" }, { city: "Rome" }]);
      messages.push(answer);
      for (const call of answer.tool_calls ?? []) {
        const result: unknown = await weather.invoke(call);
        expect(result).toBeInstanceOf(ToolMessage);
        messages.push(result as ToolMessage);
      }
      answer = await bound.invoke(messages);
      expect(answer.text).toBe("Rain here, sun there.");
      expect(ids).toHaveLength(2);
      for (const id of ids) await under.gateway.settled(id);
    }
  });

  test("OpenAIEmbeddings: of one text and of several, the same", async () => {
    const { embeddings, ids } = open();
    const [[first], query] = [
      await embeddings.embedDocuments(["a vector", "another"]),
      await embeddings.embedQuery("a vector"),
    ];
    expect(query.length).toBeGreaterThan(100);
    expect(first).toEqual(query);
    expect(ids).toHaveLength(2);
  });
});
