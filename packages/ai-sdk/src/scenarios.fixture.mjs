// The SDK's own functions over a routed model, with whichever version of the SDK is handed in; run by sdk.test.ts in this process,
// and as a script on a newer Node for versions that need one. Gives what was seen, as JSON.
import { LLMock } from "@copilotkit/aimock";
import { createOnehead, prepareRoutedStep } from "@onehead/ai-sdk";
import { z } from "zod";

/** Chooses `first` always, and goes on to `second` whatever has failed. */
function routerOf(requests) {
  const ranking = ["first", "second"].map((model) => ({
    model,
    predictedQuality: 0.5,
    predictedCostUsd: 0.001,
    reward: 0,
  }));
  return {
    route(request) {
      requests.push(request);
      return { id: "decision", model: "first", ranking };
    },
    async run(decision, attempt, { signal } = {}) {
      const tries = [];
      let last;
      for (const [i, { model }] of decision.ranking.entries()) {
        try {
          const value = await attempt({ model, attempt: i + 1, signal: signal ?? new AbortController().signal });
          tries.push({ model, outcome: "answered", elapsedMs: 1, costUsd: null });
          const outcome = { decision, model, tries, costUsd: null, unresolvedTries: 1 };
          const settle = (usage) => {
            outcome.costUsd = usage === undefined ? null : (usage.outputTokens ?? 0) / 1e6;
          };
          return { value, outcome, settle };
        } catch (error) {
          if (signal?.aborted) throw error;
          tries.push({ model, outcome: "failed", elapsedMs: 1, costUsd: 0, error: error.code });
          last = error;
        }
      }
      throw last;
    },
  };
}

/** @param ai the SDK; @param createOpenAI its provider of the same version */
export async function runScenarios(ai, createOpenAI) {
  const mock = new LLMock({ port: 0 });
  mock.on(
    { userMessage: "weather", hasToolResult: false },
    { toolCalls: [{ name: "weather", arguments: '{"city":"Paris"}' }] },
  );
  mock.on({ userMessage: "weather", hasToolResult: true }, { content: "It rains in Paris." });
  mock.onMessage("capital", { content: '{"capital":"Paris"}' });
  mock.on({ userMessage: "broken", model: "first" }, { error: { message: "no", type: "server_error" }, status: 503 });
  mock.onMessage("broken", { content: "From the second." });
  mock.onMessage("hello", { content: "Hello from the mock, in several pieces." });
  await mock.start();
  const provider = createOpenAI({ baseURL: `${mock.url}/v1`, apiKey: "a-key" });
  const models = { first: provider.chat("first"), second: provider.chat("second") };
  const requests = [];
  const onehead = createOnehead({ router: routerOf(requests), models });
  const seen = {};
  try {
    const text = await ai.generateText({ model: onehead("auto"), prompt: "Say hello" });
    seen.generateText = { text: text.text, onehead: text.providerMetadata?.onehead };

    const streamed = ai.streamText({ model: onehead("auto"), prompt: "Say hello" });
    let pieces = 0;
    for await (const piece of streamed.textStream) pieces += piece === "" ? 0 : 1;
    seen.streamText = { text: await streamed.text, pieces, onehead: (await streamed.providerMetadata)?.onehead };

    const schema = z.object({ capital: z.string() });
    const object = await ai.generateObject({ model: onehead("auto"), schema, prompt: "The capital of France" });
    seen.generateObject = { object: object.object, format: requests.at(-1).request.responseFormat?.type };

    const weather = ai.tool({
      description: "The weather of a city",
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => `rain in ${city}`,
    });
    const before = requests.length;
    const loop = await ai.generateText({
      model: onehead("auto:0.01"),
      tools: { weather },
      stopWhen: ai.stepCountIs(5),
      prompt: "How is the weather?",
    });
    seen.toolLoop = {
      text: loop.text,
      steps: loop.steps.length,
      routed: requests.length - before,
      willingness: requests.at(-1).willingnessToPayUsd,
      tools: requests.at(-1).request.tools?.map(({ name }) => name),
      roles: requests.at(-1).request.messages.map(({ role }) => role),
    };

    const once = requests.length;
    const agent = await ai.generateText({
      model: onehead("auto"),
      prepareStep: prepareRoutedStep({ router: routerOf(requests), models }),
      tools: { weather },
      stopWhen: ai.stepCountIs(5),
      prompt: "How is the weather?",
    });
    seen.prepareStep = {
      text: agent.text,
      routed: requests.length - once,
      onehead: agent.providerMetadata?.onehead?.model,
    };

    const registry = ai.createProviderRegistry({ onehead });
    const named = await ai.generateText({ model: registry.languageModel("onehead:auto"), prompt: "Say hello" });
    seen.registry = { text: named.text, pinned: registry.languageModel("onehead:second").modelId };

    const fallback = ai.streamText({ model: onehead("auto"), prompt: "broken" });
    seen.fallback = { text: await fallback.text, onehead: (await fallback.providerMetadata)?.onehead };

    const perCall = await ai.generateText({
      model: onehead("auto"),
      prompt: "Say hello",
      providerOptions: { onehead: { costQuality: 3, exclude: ["x*"], conversationId: "mine" } },
    });
    const { request: _, models: __, ...asked } = requests.at(-1);
    seen.perCall = { text: perCall.text, asked };
  } finally {
    await mock.stop();
  }
  return seen;
}

if (process.argv[2] === "run") {
  const seen = await runScenarios(await import("ai7"), (await import("ai-sdk-openai7")).createOpenAI);
  console.log(JSON.stringify(seen));
}
