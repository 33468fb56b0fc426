import OpenAI from "openai";
import { expect, test } from "vitest";
import { describeUpstreams, helloText, upstreams } from "./mock-upstream.fixture.js";
import { notingFetch } from "./noting-fetch.fixture.mjs";

describeUpstreams(upstreams, (under) => {
  const open = () => {
    const { fetch, ids } = notingFetch();
    return { ids, client: new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch, maxRetries: 0 }) };
  };

  test("completions: a prompt is continued, whole and streamed", async () => {
    const { client, ids } = open();
    const whole = await client.completions.create({ model: "auto", prompt: "Say hello" });
    expect(whole.object).toBe("text_completion");
    let text = "";
    const stream = await client.completions.create({ model: "auto", prompt: "Say hello", stream: true });
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    for (const answer of [whole.choices[0].text, text]) {
      expect(answer).toContain(under.upstream === "echo" ? "You said: Say hello" : helloText);
    }
    const [logged] = await Promise.all(ids.map((id) => under.gateway.settled(id, { surface: "completions" })));
    expect(whole.usage).toMatchObject({ prompt_tokens: logged.usage?.inputTokens });
    expect(ids).toHaveLength(2);
  });

  test("completions: what a conversation cannot say is a BadRequestError naming it", async () => {
    const { client } = open();
    for (const [name, value] of [
      ["n", 2],
      ["best_of", 3],
      ["echo", true],
      ["suffix", "end"],
    ] as const) {
      const refused = client.completions.create({ model: "auto", prompt: "Hi", [name]: value });
      await expect(refused).rejects.toMatchObject({ status: 400, param: name });
    }
  });

  test("embeddings of the router's own embedder are the same in floats and in base64", async () => {
    const { client, ids } = open();
    const request = { model: "onehead/embedder", input: ["a vector", "another"] };
    // the client asks for base64 by itself unless told
    const decoded = await client.embeddings.create(request);
    const floats = await client.embeddings.create({ ...request, encoding_format: "float" });
    expect(floats.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(floats.data[0].embedding.length).toBeGreaterThan(100);
    decoded.data.forEach(({ embedding }, i) => {
      expect([...embedding]).toEqual(floats.data[i].embedding);
    });
    expect(floats.usage.prompt_tokens).toBeGreaterThan(0);
    for (const id of ids) await under.gateway.settled(id, { surface: "embeddings", costUsd: 0 });
    expect(ids).toHaveLength(2);
  });
});

describeUpstreams(["openai"], (under) => {
  test("embeddings of a provider come through by its model's name", async () => {
    const { fetch, ids } = notingFetch();
    const client = new OpenAI({ baseURL: `${under.gateway.url}/v1`, apiKey: "any", fetch });
    for (const encoding of ["float", "base64", undefined] as const) {
      const request = { model: "text-embedding-3-small", input: "a vector" };
      const { data } = await client.embeddings.create(encoding ? { ...request, encoding_format: encoding } : request);
      const bytes = data[0].embedding as unknown;
      const numbers =
        typeof bytes === "string"
          ? [...new Float32Array(new Uint8Array(Buffer.from(bytes, "base64")).buffer)]
          : [...data[0].embedding];
      expect(numbers).toEqual([0.25, -0.5, 1]);
    }
    expect(ids).toHaveLength(3);
    await expect(client.embeddings.create({ model: "auto", input: "x" })).rejects.toMatchObject({ status: 404 });
  });
});
