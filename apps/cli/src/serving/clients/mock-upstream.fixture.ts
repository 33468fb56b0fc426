import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe } from "vitest";
import { startGateway, type TestGateway } from "./test-gateway.fixture.js";

/** Who answers behind the gateway: a mock that speaks this provider's interface, or nobody. */
export const upstreams = ["openai", "anthropic", "google", "echo"] as const;
export type Upstream = (typeof upstreams)[number];

export const helloText = "Hello from the mock, in several pieces.";

/** Tokens that the mock says it has counted, in the words of each interface. */
const usage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  input_tokens: 11,
  output_tokens: 7,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
};
export const countedTokens = { inputTokens: 11, outputTokens: 7 };

/** What the mock answers, by what it is asked. */
async function startMock(): Promise<LLMock> {
  const mock = new LLMock({ port: 0 });
  const cityCall = (city: string) => ({ name: "get_weather", arguments: JSON.stringify({ city }) });
  mock.on({ userMessage: "weather", hasToolResult: false }, { toolCalls: [cityCall("Paris")], usage });
  mock.on({ userMessage: "weather", hasToolResult: true }, { content: "It rains in Paris.", usage });
  mock.on(
    { userMessage: "both cities", hasToolResult: false },
    { toolCalls: [cityCall("Paris"), cityCall("Rome")], usage },
  );
  mock.on({ userMessage: "both cities", hasToolResult: true }, { content: "Rain here, sun there.", usage });
  mock.onMessage("as JSON", { content: '{"capital":"Paris"}', usage });
  mock.onMessage("think", { content: "Forty-two.", reasoning: "Six times seven.", reasoningSignature: "c2ln", usage });
  mock.on(
    { toolName: "compatcanary_echo" },
    { toolCalls: [{ name: "compatcanary_echo", arguments: '{"value":"x"}' }] },
  );
  mock.onMessage("CANARY_OK", { content: "CANARY_OK", usage });
  mock.onMessage("compatibility status", { content: '{"status":"ok"}', usage });
  mock.onMessage("hello", { content: helloText, usage });
  mock.onMessage("at length", { content: "word ".repeat(2_000), usage }, { streamingProfile: { ttft: 1, tps: 20 } });
  mock.onMessage("slowly", { content: "Late.", usage }, { chaos: { latencyMs: 10_000 } });
  mock.onMessage("refuse me", { error: { message: "not with me", type: "invalid_request_error" }, status: 400 });
  mock.onMessage("too often", { error: { message: "slow down", type: "rate_limit_error" }, status: 429 });
  mock.onMessage("break", { error: { message: "broken", type: "server_error" }, status: 500 });
  mock.onEmbedding("a vector", { embedding: [0.25, -0.5, 1] });
  await mock.start();
  return mock;
}

function environmentOf(upstream: Upstream, mockUrl: string): Record<string, string> {
  switch (upstream) {
    case "openai":
      return { OPENAI_API_KEY: "a-key", OPENAI_BASE_URL: `${mockUrl}/v1` };
    case "anthropic":
      return { ANTHROPIC_API_KEY: "a-key", ANTHROPIC_BASE_URL: mockUrl };
    case "google":
      return { GEMINI_API_KEY: "a-key", GOOGLE_GEMINI_BASE_URL: mockUrl };
    case "echo":
      return {};
  }
}

export interface UnderTest {
  readonly upstream: Upstream;
  /** There once the tests run. */
  readonly gateway: TestGateway;
  readonly mock: LLMock;
}

/** The same laws over each upstream, each with a gateway of its own. */
export function describeUpstreams(of: readonly Upstream[], define: (under: UnderTest) => void): void {
  describe.each(of.map((upstream) => [upstream] as const))("with %s behind", (upstream) => {
    let gateway: TestGateway;
    let mock: LLMock;
    beforeAll(async () => {
      mock = await startMock();
      gateway = await startGateway(environmentOf(upstream, mock.url));
    });
    afterAll(async () => {
      await gateway?.close();
      await mock?.stop();
    });
    define({
      upstream,
      get gateway() {
        return gateway;
      },
      get mock() {
        return mock;
      },
    });
  });
}
