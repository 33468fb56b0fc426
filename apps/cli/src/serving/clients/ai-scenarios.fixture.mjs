// The AI SDK's functions over the gateway, with whichever version of the SDK is handed in; run in the test's own process, and as a script
// on a newer Node for versions that need one. Gives what was seen, as JSON.
import { z } from "zod";
import { notingFetch } from "./noting-fetch.fixture.mjs";

/** @param ai the SDK; @param createOpenAI its provider of the same version; @param kind of interface: chat or responses */
export async function runAiScenarios(ai, createOpenAI, { url, kind, calls }) {
  const { fetch, ids } = notingFetch();
  const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey: "any", fetch });
  const model = kind === "chat" ? provider.chat("auto") : provider("auto");
  const capital = z.object({ capital: z.string() });
  const seen = {};

  const text = await ai.generateText({ model, system: "Be brief.", prompt: "Say hello" });
  seen.generateText = { text: text.text, usage: countsOf(text.usage), reason: text.finishReason };

  const stream = ai.streamText({ model, prompt: "Say hello" });
  const pieces = [];
  for await (const piece of stream.textStream) pieces.push(piece);
  seen.streamText = { text: pieces.join(""), several: pieces.length > 1, usage: countsOf(await stream.usage) };

  const object = await ai.generateObject({ model, schema: capital, prompt: "The capital, as JSON" });
  seen.generateObject = object.object;

  const objectStream = ai.streamObject({ model, schema: capital, prompt: "The capital, as JSON" });
  for await (const _ of objectStream.partialObjectStream);
  seen.streamObject = await objectStream.object;

  if (calls) {
    for (const streamed of [false, true]) {
      const asked = [];
      const weather = ai.tool({
        description: "The weather of a city",
        inputSchema: z.object({ city: z.string() }),
        execute: ({ city }) => {
          asked.push(city);
          return "rain";
        },
      });
      const request = {
        model,
        tools: { get_weather: weather },
        stopWhen: ai.stepCountIs(4),
        prompt: "Is it nice in both cities?",
      };
      const result = streamed ? ai.streamText(request) : await ai.generateText(request);
      const steps = (await result.steps).length;
      seen[streamed ? "streamedTools" : "tools"] = { text: await result.text, steps, asked: asked.toSorted() };
    }
  }

  const { embeddings } = await ai.embedMany({
    model: provider.textEmbeddingModel("onehead/embedder"),
    values: ["a vector", "another"],
  });
  seen.embeddings = embeddings.map(({ length }) => length);

  seen.unknown = await ai
    .generateText({ model: provider.chat("no-such-model"), prompt: "x", maxRetries: 0 })
    .catch(({ name, statusCode }) => ({ name, statusCode }));
  return { seen, ids };
}

function countsOf({ inputTokens, outputTokens }) {
  return { inputTokens, outputTokens };
}

if (process.argv[2] === "run") {
  const given = JSON.parse(process.argv[3]);
  const report = await runAiScenarios(await import("ai7"), (await import("ai-sdk-openai7")).createOpenAI, given);
  console.log(JSON.stringify(report));
}
