import { createRequire } from "node:module";
import {
  BedrockRuntime,
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import type { ContractSubject } from "@onehead/provider-contract";
import { converseWire } from "./converse-wire.fixture.js";
import { createBedrock } from "./index.js";

// the client speaks HTTP/2 unless it is told otherwise, and the servers of the contract speak HTTP/1.1
const { NodeHttpHandler } = createRequire(import.meta.resolve("@aws-sdk/client-bedrock-runtime"))(
  "@smithy/node-http-handler",
);
const credentials = { accessKeyId: "an-id", secretAccessKey: "a-key" };
const options = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials,
  requestHandler: new NodeHttpHandler(),
});

const styles = [
  {
    style: "official client",
    provider: (baseUrl: string, limits: object) =>
      createBedrock({ client: new BedrockRuntime(options(baseUrl)), ...limits }),
  },
  {
    style: "official client with commands",
    provider: (baseUrl: string, limits: object) => {
      const client = new BedrockRuntimeClient(options(baseUrl));
      return createBedrock({ client, commands: { ConverseCommand, ConverseStreamCommand }, ...limits });
    },
  },
  {
    style: "plain fetch, signed",
    provider: (baseUrl: string, limits: object) =>
      createBedrock({ baseUrl, region: "us-east-1", credentials, ...limits }),
  },
  {
    style: "plain fetch with a key",
    provider: (baseUrl: string, limits: object) => createBedrock({ baseUrl, apiKey: "a-key", ...limits }),
  },
];

const common: Omit<ContractSubject, "name" | "model"> = {
  provider: "bedrock",
  mockPath: "",
  mockModel: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  wire: converseWire,
  skips: { seed: "Converse has no seed" },
  ownOption: { requestMetadata: { tag: "OWN-OPTION" } },
  warned: {
    request: { seed: 7, topK: 40, presencePenalty: 0.5, parallelToolCalls: false },
    fields: ["seed", "topK", "presencePenalty", "parallelToolCalls"],
  },
  refused: {
    request: {
      messages: [{ role: "user", content: [{ type: "image", data: new URL("https://example.com/a.png") }] }],
    },
    field: "messages[0].content[0]",
  },
  imageInBody: /"image":\{"format":"png","source":\{"bytes":"iVBOR/,
  schemaInBody: /"textFormat":\{"type":"json_schema","structure":\{"jsonSchema":\{"schema":"\{\\"type\\":\\"object\\"/,
};

/** Converse in all its styles. */
export const subjects: ContractSubject[] = styles.map(({ style, provider }) => ({
  ...common,
  name: `bedrock converse, ${style}`,
  model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
}));
