import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { expect, test } from "vitest";
import { z } from "zod";
import { countedTokens, describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

const capital = z.object({ capital: z.string() });
const onePixel =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const hello = [{ role: "user" as const, content: "Say hello" }];

describeUpstreams(upstreams, (under) => {
  const echoes = under.upstream === "echo";
  const open = () => {
    const { fetch, ids } = notingFetch();
    return { ids, client: new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch, maxRetries: 0 }) };
  };
  const said = (text: string | null | undefined) => {
    if (echoes) expect(text).toMatch(/^This is Onehead's echo: .* You said: Say hello$/s);
    else expect(text).toBe(helloText);
  };
  const settled = (id: string | undefined) =>
    under.gateway.settled(id, { surface: "chat-completions", ...(echoes ? {} : { usage: countedTokens }) });

  test("create: the answer, its usage, and the decision in the log with what it cost", async () => {
    const { client } = open();
    const { data, response } = await client.chat.completions.create({ model: "auto", messages: hello }).withResponse();
    said(data.choices[0].message.content);
    expect(data.choices[0].finish_reason).toBe("stop");
    expect(data.object).toBe("chat.completion");
    const logged = await settled(response.headers.get("x-onehead-decision-id") ?? undefined);
    expect(data.usage).toMatchObject({
      prompt_tokens: logged.usage?.inputTokens,
      completion_tokens: logged.usage?.outputTokens,
    });
    expect(Number(response.headers.get("x-onehead-cost-usd"))).toBe(logged.costUsd);
    expect(response.headers.get("x-onehead-model")).toBe(logged.model);
    expect(response.headers.get("x-onehead-provider")).toBe(under.upstream);
    expect(logged.routed).toBe(true);
  });

  test("create, streamed: the same text in pieces; usage only where it was asked for", async () => {
    const { client, ids } = open();
    for (const asks of [true, false]) {
      const stream = await client.chat.completions.create({
        model: "auto",
        messages: hello,
        stream: true,
        ...(asks ? { stream_options: { include_usage: true } } : {}),
      });
      let text = "";
      let pieces = 0;
      const usages: unknown[] = [];
      for await (const chunk of stream) {
        expect(chunk.object).toBe("chat.completion.chunk");
        const delta = chunk.choices[0]?.delta.content ?? "";
        text += delta;
        if (delta !== "") pieces++;
        if (chunk.usage) usages.push(chunk.usage);
      }
      said(text);
      expect(pieces).toBeGreaterThan(1);
      const { usage } = await settled(ids.at(-1));
      expect(usages).toMatchObject(
        asks ? [{ prompt_tokens: usage?.inputTokens, completion_tokens: usage?.outputTokens }] : [],
      );
    }
  });

  test("stream(): the helper gathers the final completion", async () => {
    const { client, ids } = open();
    const stream = client.chat.completions.stream({ model: "auto", messages: hello });
    let text = "";
    stream.on("content", (delta) => {
      text += delta;
    });
    const final = await stream.finalChatCompletion();
    said(text);
    said(final.choices[0].message.content);
    expect(final.choices[0].finish_reason).toBe("stop");
    await settled(ids[0]);
  });

  test("parse: an object of a zod schema, whole and streamed", async () => {
    const { client, ids } = open();
    const request = {
      model: "auto",
      messages: [{ role: "user" as const, content: "The capital, as JSON" }],
      response_format: zodResponseFormat(capital, "capital"),
    };
    const whole = await client.chat.completions.parse(request);
    expect(whole.choices[0].message.parsed).toEqual({ capital: echoes ? "echo" : "Paris" });
    const final = await client.chat.completions.stream(request).finalChatCompletion();
    expect(final.choices[0].message.parsed).toEqual({ capital: echoes ? "echo" : "Paris" });
    for (const id of ids) await settled(id);
  });

  test("many at once: each has its own decision, and all are settled", async () => {
    const { client, ids } = open();
    const request = { model: "auto", messages: hello };
    const answers = Array.from({ length: 24 }, (_, i) =>
      i % 2 === 0
        ? client.chat.completions.create(request)
        : client.chat.completions.stream(request).finalChatCompletion(),
    );
    for (const { choices } of await Promise.all(answers)) said(choices[0].message.content);
    expect(new Set(ids).size).toBe(24);
    for (const id of ids) await settled(id);
  });

  test("JSON without a schema is JSON, or refused by whoever has none by the field's own name", async () => {
    const { client } = open();
    const request: OpenAI.ChatCompletionCreateParamsNonStreaming = {
      model: "auto",
      messages: [{ role: "user", content: "The capital, as JSON" }],
      response_format: { type: "json_object" },
    };
    if (under.upstream === "anthropic") {
      const refused = client.chat.completions.create(request);
      await expect(refused).rejects.toMatchObject({ status: 400, param: "response_format" });
      return;
    }
    const { choices } = await client.chat.completions.create(request);
    const parsed: unknown = JSON.parse(choices[0].message.content ?? "");
    expect(parsed).toMatchObject(echoes ? { question: "The capital, as JSON" } : { capital: "Paris" });
  });

  test("an image, and words of the system and of the developer, are taken", async () => {
    const { client, ids } = open();
    const completion = await client.chat.completions.create({
      model: "auto",
      messages: [
        { role: "system", content: "Be kind." },
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "image_url", image_url: { url: onePixel } },
            { type: "text", text: "Say hello" },
          ],
        },
      ],
    });
    said(completion.choices[0].message.content);
    await settled(ids[0]);
  });
});
