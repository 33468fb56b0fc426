import { afterAll, afterEach, beforeAll } from "vitest";
import { anthropicMessage, geminiContent, openAiCompletion } from "./provider-words.fixture.js";
import {
  type ScriptedUpstream,
  startScriptedUpstream,
  type UpstreamAnswer,
  type UpstreamRequest,
} from "./scripted-upstream.fixture.js";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

/** One gateway before OpenAI, Anthropic and Google, all of them played by scripts that keep what they were sent. */
export interface ThreeProviders {
  readonly gateway: TestGateway;
  readonly openai: ScriptedUpstream;
  readonly anthropic: ScriptedUpstream;
  readonly google: ScriptedUpstream;
}

const text = "From the script.";
const scripts: Record<"openai" | "anthropic" | "google", (request: UpstreamRequest) => UpstreamAnswer> = {
  openai: (request) =>
    request.path.endsWith("/responses") ? response(request) : openAiCompletion(request, { content: text }),
  anthropic: (request) => anthropicMessage(request, [{ type: "text", text }]),
  google: () => geminiContent([{ text }]),
};

/** Starts them for the tests of a file; after each test they answer as at first. */
export function threeProviders(): ThreeProviders {
  const started = {} as { -readonly [name in keyof ThreeProviders]: ThreeProviders[name] };
  const names = ["openai", "anthropic", "google"] as const;
  beforeAll(async () => {
    for (const name of names) started[name] = await startScriptedUpstream(scripts[name]);
    started.gateway = await startGateway({
      OPENAI_API_KEY: "openai-key",
      OPENAI_BASE_URL: `${started.openai.url}/v1`,
      ANTHROPIC_API_KEY: "anthropic-key",
      ANTHROPIC_BASE_URL: started.anthropic.url,
      GEMINI_API_KEY: "google-key",
      GOOGLE_GEMINI_BASE_URL: started.google.url,
    });
  });
  afterEach(() => {
    for (const name of names) {
      started[name].answer(scripts[name]);
      started[name].requests.length = 0;
    }
  });
  afterAll(async () => {
    await started.gateway?.close();
    for (const name of names) await started[name]?.close();
  });
  return started;
}

let responses = 0;

/** A response of OpenAI's, with an id of its own. */
function response({ body }: UpstreamRequest): UpstreamAnswer {
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  return {
    json: {
      id: `resp_scripted${++responses}`,
      object: "response",
      created_at: 1,
      status: "completed",
      error: null,
      incomplete_details: null,
      model: body["model"],
      output: [{ type: "message", id: "msg_scripted", status: "completed", role: "assistant", content }],
      parallel_tool_calls: true,
      tools: [],
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 18,
      },
    },
  };
}
