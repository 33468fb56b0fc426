import type { ContractSubject } from "@onehead/provider-contract";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { chatWire } from "./chat-wire.fixture.js";
import { createCohere } from "./index.js";

const apiKey = "a-key";
const styles = [
  {
    style: "official client",
    provider: (baseUrl: string, limits: object) =>
      createCohere({ client: new CohereClientV2({ environment: baseUrl, token: apiKey }), ...limits }),
  },
  {
    style: "v2 of the official client",
    provider: (baseUrl: string, limits: object) =>
      createCohere({ client: new CohereClient({ environment: baseUrl, token: apiKey }), ...limits }),
  },
  {
    style: "plain fetch",
    provider: (baseUrl: string, limits: object) => createCohere({ baseUrl, apiKey, ...limits }),
  },
];

const common: Omit<ContractSubject, "name" | "model"> = {
  provider: "cohere",
  mockPath: "",
  mockModel: "command-a-03-2025",
  wire: chatWire,
  warned: { request: { parallelToolCalls: false, topLogprobs: 3 }, fields: ["parallelToolCalls", "topLogprobs"] },
  refused: { request: { toolChoice: { tool: "get_weather" } }, field: "toolChoice" },
  imageInBody: /"type":"image_url","image_url":\{"url":"data:image\/png;base64,iVBOR/,
  schemaInBody: /"response_format":\{"type":"json_object","json_schema":\{"type":"object"/,
};

/** Chat in all its styles. */
export const subjects: ContractSubject[] = styles.map(({ style, provider }) => ({
  ...common,
  name: `cohere chat, ${style}`,
  model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
}));
