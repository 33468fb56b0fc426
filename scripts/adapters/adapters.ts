import { messagesWire } from "../../packages/anthropic/src/messages-wire.fixture.js";
import { converseWire } from "../../packages/bedrock/src/converse-wire.fixture.js";
import { chatWire as cohereWire } from "../../packages/cohere/src/chat-wire.fixture.js";
import { generateWire } from "../../packages/google/src/generate-wire.fixture.js";
import { chatWire as mistralWire } from "../../packages/mistral/src/chat-wire.fixture.js";
import { chatWire as ollamaWire } from "../../packages/ollama/src/chat-wire.fixture.js";
import { chatWire as openaiWire } from "../../packages/openai/src/chat-wire.fixture.js";
import type { WireFormat } from "../../packages/provider-contract/src/wire-format.js";

/** One adapter as a stranger uses it; its expressions may name `baseUrl` and `apiKey`. */
export interface Adapter {
  /** Of its folder, and behind `@onehead/`. */
  name: string;
  /** What it exports to make a provider. */
  create: string;
  /** Makes a provider that uses plain fetch. */
  fetch: string;
  /** Its vendor's package, and how a client comes from there. */
  sdk: string;
  imports: string;
  /** Each makes a provider from a real client. */
  clients: readonly string[];
  /** What the SDK wants beside it for what its users do with it. */
  beside?: string;
  wire: WireFormat;
}

// Bedrock's client speaks HTTP/2 unless it is told otherwise, and the fault server HTTP/1.1
const aws = `{ endpoint: baseUrl, region: "us-east-1", requestHandler: new NodeHttpHandler(), credentials: { accessKeyId: "an-id", secretAccessKey: apiKey } }`;

export const adapters: readonly Adapter[] = [
  {
    name: "openai",
    create: "createOpenAI",
    fetch: "createOpenAI({ baseUrl, apiKey })",
    sdk: "openai",
    imports: 'import OpenAI from "openai";',
    clients: ["createOpenAI({ client: new OpenAI({ baseURL: baseUrl, apiKey }) })"],
    beside: "zod",
    wire: openaiWire,
  },
  {
    name: "anthropic",
    create: "createAnthropic",
    fetch: "createAnthropic({ baseUrl, apiKey })",
    sdk: "@anthropic-ai/sdk",
    imports: 'import Anthropic from "@anthropic-ai/sdk";',
    clients: ["createAnthropic({ client: new Anthropic({ baseURL: baseUrl, apiKey }) })"],
    beside: "zod",
    wire: messagesWire,
  },
  {
    name: "google",
    create: "createGoogle",
    fetch: "createGoogle({ baseUrl, apiKey })",
    sdk: "@google/genai",
    imports: 'import { GoogleGenAI } from "@google/genai";',
    clients: ["createGoogle({ client: new GoogleGenAI({ apiKey, httpOptions: { baseUrl } }) })"],
    wire: generateWire,
  },
  {
    name: "mistral",
    create: "createMistral",
    fetch: "createMistral({ baseUrl, apiKey })",
    sdk: "@mistralai/mistralai",
    imports: 'import { Mistral } from "@mistralai/mistralai";',
    clients: ["createMistral({ client: new Mistral({ serverURL: baseUrl, apiKey }) })"],
    wire: mistralWire,
  },
  {
    name: "cohere",
    create: "createCohere",
    fetch: "createCohere({ baseUrl, apiKey })",
    sdk: "cohere-ai",
    imports: 'import { CohereClient, CohereClientV2 } from "cohere-ai";',
    clients: [
      "createCohere({ client: new CohereClientV2({ environment: baseUrl, token: apiKey }) })",
      "createCohere({ client: new CohereClient({ environment: baseUrl, token: apiKey }) })",
    ],
    wire: cohereWire,
  },
  {
    name: "bedrock",
    create: "createBedrock",
    // signed, so that the runtime's own cryptography is used too
    fetch: `createBedrock({ baseUrl, region: "us-east-1", credentials: { accessKeyId: "an-id", secretAccessKey: apiKey } })`,
    sdk: "@aws-sdk/client-bedrock-runtime",
    imports: `import { BedrockRuntime, BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";`,
    clients: [
      `createBedrock({ client: new BedrockRuntime(${aws}) })`,
      `createBedrock({ client: new BedrockRuntimeClient(${aws}), commands: { ConverseCommand, ConverseStreamCommand } })`,
    ],
    wire: converseWire,
  },
  {
    name: "ollama",
    create: "createOllama",
    fetch: "createOllama({ baseUrl, apiKey })",
    sdk: "ollama",
    imports: `import { Ollama } from "ollama";
import { Ollama as BrowserOllama } from "ollama/browser";`,
    clients: [
      "createOllama({ client: new Ollama({ host: baseUrl }) })",
      "createOllama({ client: new BrowserOllama({ host: baseUrl }) })",
    ],
    wire: ollamaWire,
  },
];
