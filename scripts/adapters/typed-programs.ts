import type { Adapter } from "./adapters.js";

/** Plain fetch, typed: all that a caller meets. */
export function typedFetchProgram({ name, create, fetch }: Adapter): string {
  return `import { ${create}, type ChatModel, type ChatRequest, type ChatResult, collectStream, ProviderError, ProviderHttpError } from "@onehead/${name}";

export async function ask(baseUrl: string, apiKey: string): Promise<string> {
  const provider = ${fetch};
  const model: ChatModel = provider.chatModel("a-model");
  const request: ChatRequest = {
    messages: [{ role: "system", content: "Be brief." }, { role: "user", content: [{ type: "text", text: "Hi" }] }],
    tools: [{ name: "look_up", parameters: { type: "object", properties: { key: { type: "string" } } } }],
    maxOutputTokens: 100,
    signal: AbortSignal.timeout(1000),
  };
  try {
    const whole: ChatResult = await model.generate(request);
    const tokens: number | undefined = whole.usage.outputTokens;
    let text = tokens === undefined ? "" : tokens.toFixed();
    for await (const part of await model.stream(request)) if (part.type === "text") text += part.text;
    const { content, finishReason } = await collectStream(await model.stream(request));
    for (const part of content) if (part.type === "tool-call") text += part.arguments;
    return finishReason === "stop" ? text : "";
  } catch (error) {
    if (ProviderHttpError.isInstance(error)) return error.status?.toFixed() ?? "";
    return ProviderError.isInstance(error) ? error.code : "";
  }
}

// types that had become any would let these pass
// @ts-expect-error the name of a model is text
export const noModel = (baseUrl: string, apiKey: string) => ${fetch}.chatModel(7);
// @ts-expect-error there is no such part
export const noRequest: ChatRequest = { messages: [{ role: "user", content: [{ type: "smell" }] }] };
`;
}

/** A real client, handed in as it is. */
export function typedClientProgram({ name, create, imports, clients }: Adapter): string {
  const providers = clients.map((expression) => `  ${expression},`).join("\n");
  const classes = clients.map((expression) => /client: new (\w+)/.exec(expression)![1]);
  return `${imports}
import { ${create}, type ChatModel } from "@onehead/${name}";

export const models = (baseUrl: string, apiKey: string): ChatModel[] => [
${providers}
].map((provider) => provider.chatModel("a-model"));

// a class that had become any would be taken as well
type IsAny<T> = 0 extends 1 & T ? true : false;
export const areAny: [${classes.map((name) => `IsAny<${name}>`).join(", ")}] = [${classes.map(() => "false").join(", ")}];
// @ts-expect-error no client
export const none = ${create}({ client: { fetch } });
`;
}

const router = `// any object that chooses
const router: Router = { route: () => ({ id: "1", model: "small", ranking: [] }) };`;
// both ways: \`any\` is equal to nothing else
const equal = `type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Equal<A, B>): void => {};`;

/** A client that routes, in place of the client that it was made from: the SDK's own types hold. */
export const typedRoutedPrograms: Readonly<Record<string, string>> = {
  openai: `import { outcomeOf, type RouteOutcome, type Router, routed } from "@onehead/openai";
import OpenAI, { AzureOpenAI } from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

${router}
${equal}
const client: OpenAI = routed(new OpenAI({ apiKey: "a-key" }), router);
export const azure: AzureOpenAI = routed(new AzureOpenAI({ apiKey: "a-key", apiVersion: "2025-01-01" }), router, { models: { small: "a-deployment" } });
const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "Hi" }];
const capital = z.object({ capital: z.string() });

export async function create(): Promise<string | null> {
  const { data, response } = await client.chat.completions.create({ model: "auto", messages }).withResponse();
  const outcome: RouteOutcome | undefined = outcomeOf(data);
  const answer = await client.responses.create({ model: "auto:0.01", input: "Hi" });
  return data.choices[0].message.content + answer.output_text + response.headers.get("x-onehead-model") + (outcome?.model ?? "");
}

export async function stream(): Promise<OpenAI.ChatCompletion> {
  let text = "";
  for await (const chunk of await client.chat.completions.create({ model: "auto", messages, stream: true }))
    text += chunk.choices[0]?.delta.content ?? "";
  const runner = client.chat.completions.stream({ model: "auto", messages }).on("content", (delta) => (text += delta));
  const { output_text } = await client.responses.stream({ model: "auto", input: text }).finalResponse();
  return output_text === "" ? await runner.finalChatCompletion() : runner.finalChatCompletion();
}

export async function parse(): Promise<string | undefined> {
  const chat = await client.chat.completions.parse({ model: "auto", messages, response_format: zodResponseFormat(capital, "capital") });
  const { parsed } = chat.choices[0].message;
  same<typeof parsed, { capital: string } | null>(true);
  const { output_parsed } = await client.responses.parse({ model: "auto", input: "Hi", text: { format: zodTextFormat(capital, "capital") } });
  same<typeof output_parsed, { capital: string } | null>(true);
  return parsed?.capital;
}

export const tools = (): Promise<string | null> =>
  client.chat.completions
    .runTools({
      model: "auto",
      messages,
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "The weather of a city",
            parameters: { type: "object", properties: { city: { type: "string" } } },
            parse: JSON.parse,
            function: ({ city }: { city: string }) => "rain in " + city,
          },
        },
      ],
    })
    .finalContent();

// @ts-expect-error no client
routed({}, router);
// @ts-expect-error no router
routed(client, {});
`,
  anthropic: `import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { outcomeOf, type RouteOutcome, type Router, routed } from "@onehead/anthropic";
import { z } from "zod";

${router}
${equal}
const client: Anthropic = routed(new Anthropic({ apiKey: "a-key" }), router, { models: { small: "a-model" } });
const ask = { model: "auto", max_tokens: 100, messages: [{ role: "user" as const, content: "Hi" }] };

export async function create(): Promise<string> {
  const { data, response } = await client.messages.create(ask).withResponse();
  const outcome: RouteOutcome | undefined = outcomeOf(data);
  const [block] = data.content;
  return block.type === "text" ? block.text + response.headers.get("x-onehead-model") + (outcome?.model ?? "") : "";
}

export async function stream(): Promise<Anthropic.Message> {
  let text = "";
  for await (const event of await client.messages.create({ ...ask, stream: true }))
    if (event.type === "content_block_delta" && event.delta.type === "text_delta") text += event.delta.text;
  for await (const event of client.beta.messages.stream(ask)) if (event.type === "message_stop") break;
  return client.messages
    .stream(ask)
    .on("text", (piece) => (text += piece))
    .finalMessage();
}

export async function parse(): Promise<string | undefined> {
  const { parsed_output } = await client.messages.parse({
    ...ask,
    output_config: { format: zodOutputFormat(z.object({ capital: z.string() })) },
  });
  same<typeof parsed_output, { capital: string } | null>(true);
  return parsed_output?.capital;
}

export async function tools(): Promise<Anthropic.Beta.BetaMessage> {
  const weather = betaZodTool({
    name: "get_weather",
    description: "The weather of a city",
    inputSchema: z.object({ city: z.string() }),
    run: ({ city }) => "rain in " + city,
  });
  return client.beta.messages.toolRunner({ ...ask, tools: [weather] });
}

// @ts-expect-error no client
routed({}, router);
// @ts-expect-error no router
routed(client, {});
`,
};
