// The core of what OpenAI's client does over the gateway, with whichever version of it is handed in; run in the test's own process, and
// as a script on a newer Node for versions that need one. Gives what was seen, as JSON.
import { z } from "zod";
import { notingFetch } from "./noting-fetch.fixture.mjs";

/** @param OpenAI the client's class; @param helpers its helpers for zod */
export async function runOpenAiScenarios(OpenAI, { zodResponseFormat, zodFunction, zodTextFormat }, { url, calls }) {
  const { fetch, ids } = notingFetch();
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "any", fetch, maxRetries: 0 });
  const capital = z.object({ capital: z.string() });
  const messages = [{ role: "user", content: "Say hello" }];
  const seen = {};

  const created = await client.chat.completions.create({ model: "auto", messages });
  seen.create = created.choices[0].message.content;
  seen.stream = "";
  const stream = await client.chat.completions.create({ model: "auto", messages, stream: true });
  for await (const chunk of stream) seen.stream += chunk.choices[0]?.delta.content ?? "";
  const gathered = await client.chat.completions.stream({ model: "auto", messages }).finalChatCompletion();
  seen.gathered = gathered.choices[0].message.content;
  const parsed = await client.chat.completions.parse({
    model: "auto",
    messages: [{ role: "user", content: "The capital, as JSON" }],
    response_format: zodResponseFormat(capital, "capital"),
  });
  seen.parsed = parsed.choices[0].message.parsed;

  if (calls) {
    const asked = [];
    const tool = zodFunction({
      name: "get_weather",
      parameters: z.object({ city: z.string() }),
      function: ({ city }) => {
        asked.push(city);
        return "rain";
      },
    });
    const question = [{ role: "user", content: "The weather in Paris?" }];
    const runner = client.chat.completions.runTools({ model: "auto", messages: question, tools: [tool] });
    seen.tools = { text: await runner.finalContent(), asked };
  }

  seen.response = (await client.responses.create({ model: "auto", input: "Say hello" })).output_text;
  seen.responseTypes = [];
  for await (const { type } of await client.responses.create({ model: "auto", input: "Say hello", stream: true })) {
    if (seen.responseTypes.at(-1) !== type) seen.responseTypes.push(type);
  }
  const parsedResponse = await client.responses.parse({
    model: "auto",
    input: "The capital, as JSON",
    text: { format: zodTextFormat(capital, "capital") },
  });
  seen.parsedResponse = parsedResponse.output_parsed;

  seen.completion = (await client.completions.create({ model: "auto", prompt: "Say hello" })).choices[0].text;
  const { data } = await client.embeddings.create({ model: "onehead/embedder", input: ["a vector", "another"] });
  seen.embeddings = data.map(({ embedding }) => embedding.length);
  seen.firstModel = (await client.models.list()).data[0].id;
  seen.unknown = await client.chat.completions
    .create({ model: "no-such-model", messages })
    .catch((error) => ({ ours: error instanceof OpenAI.NotFoundError, code: error.code }));
  return { seen, ids };
}

if (process.argv[2] === "run") {
  const helpers = await import("openai7/helpers/zod");
  const report = await runOpenAiScenarios((await import("openai7")).OpenAI, helpers, JSON.parse(process.argv[3]));
  console.log(JSON.stringify(report));
}
