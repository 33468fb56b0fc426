import Anthropic from "@anthropic-ai/sdk";
import type { ContractSubject } from "@onehead/provider-contract";
import { createAnthropic } from "./index.js";
import { messagesWire } from "./messages-wire.fixture.js";

const apiKey = "a-key";
const common: Omit<ContractSubject, "name" | "model"> = {
  provider: "anthropic",
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
};

/** Claude in both styles. */
export const subjects: ContractSubject[] = [
  {
    ...common,
    name: "anthropic messages, official client",
    model: ({ baseUrl, model, ...limits }) =>
      createAnthropic({
        client: new Anthropic({ baseURL: baseUrl, apiKey, logLevel: "off" }),
        ...limits,
      }).chatModel(model),
  },
  {
    ...common,
    name: "anthropic messages, plain fetch",
    model: ({ baseUrl, model, ...limits }) => createAnthropic({ baseUrl, apiKey, ...limits }).chatModel(model),
  },
];
