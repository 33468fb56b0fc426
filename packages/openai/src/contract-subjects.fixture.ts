import type { ContractSubject } from "@onehead/provider-contract";
import OpenAI from "openai";
import { chatWire } from "./chat-wire.fixture.js";
import { createOpenAI } from "./index.js";
import { responsesWire } from "./responses-wire.fixture.js";

const apiKey = "a-key";
const styles = [
  {
    style: "official client",
    provider: (baseUrl: string, limits: object) =>
      createOpenAI({ client: new OpenAI({ baseURL: baseUrl, apiKey, logLevel: "off" }), dialect: "openai", ...limits }),
  },
  {
    style: "plain fetch",
    provider: (baseUrl: string, limits: object) => createOpenAI({ baseUrl, apiKey, dialect: "openai", ...limits }),
  },
];

const common: Pick<ContractSubject, "provider" | "mockPath" | "mockModel"> = {
  provider: "openai",
  mockPath: "/v1",
  mockModel: "gpt-5-mini",
};

/** OpenAI's two interfaces, each in both styles. */
export const subjects: ContractSubject[] = styles.flatMap(({ style, provider }) => [
  {
    ...common,
    name: `openai chat completions, ${style}`,
    model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
    wire: chatWire,
    warned: { request: { topK: 40 }, fields: ["topK"] },
    refused: {
      request: {
        messages: [
          {
            role: "user",
            content: [{ type: "file", data: new URL("https://example.com/a.pdf"), mediaType: "application/pdf" }],
          },
        ],
      },
      field: "messages[0].content[0]",
    },
    imageInBody: /"type":"image_url","image_url":\{"url":"data:image\/png;base64,iVBOR/,
    schemaInBody: /"response_format":\{"type":"json_schema","json_schema":\{"name":"answer","schema":\{"type":"object"/,
  },
  {
    ...common,
    name: `openai responses, ${style}`,
    model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model, { api: "responses" }),
    wire: responsesWire,
    skips: { stop: "responses have no stop sequences", seed: "responses have no seed" },
    warned: { request: { seed: 7, topK: 40, presencePenalty: 0.5 }, fields: ["seed", "topK", "presencePenalty"] },
    refused: { request: { stop: ["END"] }, field: "stop" },
    imageInBody: /"type":"input_image","image_url":"data:image\/png;base64,iVBOR/,
    schemaInBody: /"text":\{"format":\{"type":"json_schema","name":"answer","schema":\{"type":"object"/,
  },
]);
