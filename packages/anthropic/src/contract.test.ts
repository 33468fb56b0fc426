import Anthropic from "@anthropic-ai/sdk";
import { describeContract } from "@onehead/provider-contract";
import { createAnthropic } from "./index.js";
import { messagesWire } from "./messages-wire.fixture.js";

const apiKey = "a-key";
const styles = [
  {
    style: "official client",
    provider: (baseUrl: string, limits: object) =>
      createAnthropic({ client: new Anthropic({ baseURL: baseUrl, apiKey, logLevel: "off" }), ...limits }),
  },
  {
    style: "plain fetch",
    provider: (baseUrl: string, limits: object) => createAnthropic({ baseUrl, apiKey, ...limits }),
  },
];

for (const { style, provider } of styles) {
  describeContract({
    name: `anthropic messages, ${style}`,
    provider: "anthropic",
    model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
    mockPath: "",
    mockModel: "claude-haiku-5-5",
    wire: messagesWire,
    skips: { seed: "Claude has no seed: a warning" },
    warned: {
      request: { seed: 7, topLogprobs: 2, presencePenalty: 0.5, frequencyPenalty: 0.5, temperature: 2 },
      fields: ["seed", "topLogprobs", "presencePenalty", "frequencyPenalty", "temperature"],
    },
    refused: { request: { responseFormat: { type: "json" } }, field: "responseFormat" },
    imageInBody: /"type":"image","source":\{"type":"base64","media_type":"image\/png","data":"iVBOR/,
    schemaInBody: /"output_config":\{"format":\{"type":"json_schema","schema":\{"type":"object"/,
  });
}
