import { Mistral } from "@mistralai/mistralai";
import type { ContractSubject } from "@onehead/provider-contract";
import { chatWire } from "./chat-wire.fixture.js";
import { createMistral } from "./index.js";

const apiKey = "a-key";
const styles = [
  {
    style: "official client",
    provider: (baseUrl: string, limits: object) =>
      createMistral({ client: new Mistral({ serverURL: baseUrl, apiKey }), ...limits }),
    skips: { "mock tools": "the mock streams pieces of calls without a name, which Mistral's client refuses" },
  },
  {
    style: "plain fetch",
    provider: (baseUrl: string, limits: object) => createMistral({ baseUrl, apiKey, ...limits }),
    skips: {},
  },
];

/** Mistral in both styles. */
export const subjects: ContractSubject[] = styles.map(({ style, provider, skips }) => ({
  provider: "mistral",
  name: `mistral chat, ${style}`,
  // as `serverURL` of the client: without /v1
  mockPath: "",
  mockModel: "mistral-large-latest",
  model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
  wire: chatWire,
  skips,
  warned: { request: { topK: 40, topLogprobs: 2 }, fields: ["topK", "topLogprobs"] },
  refused: {
    request: {
      messages: [
        {
          role: "user",
          content: [{ type: "file", data: new Uint8Array([1]), mediaType: "application/zip" }],
        },
      ],
    },
    field: "messages[0].content[0]",
  },
  imageInBody: /"type":"image_url","image_url":"data:image\/png;base64,iVBOR/,
  schemaInBody: /"response_format":\{"type":"json_schema","json_schema":\{"name":"answer",.*"schema":\{"type":"object"/,
}));
