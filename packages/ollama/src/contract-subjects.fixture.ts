import type { ContractSubject } from "@onehead/provider-contract";
import { Ollama } from "ollama";
import { Ollama as BrowserOllama } from "ollama/browser";
import { chatWire } from "./chat-wire.fixture.js";
import { createOllama } from "./index.js";

const headers = { authorization: "Bearer a-key" };
const styles = [
  {
    style: "official client",
    provider: (host: string, limits: object) => createOllama({ client: new Ollama({ host, headers }), ...limits }),
  },
  {
    style: "official client of browsers",
    provider: (host: string, limits: object) =>
      createOllama({ client: new BrowserOllama({ host, headers }), ...limits }),
  },
  {
    style: "plain fetch",
    provider: (baseUrl: string, limits: object) => createOllama({ baseUrl, apiKey: "a-key", ...limits }),
  },
];

/** Ollama in both styles, with the client for browsers too. */
export const subjects: ContractSubject[] = styles.map(({ style, provider }) => ({
  provider: "ollama",
  name: `ollama chat, ${style}`,
  mockPath: "",
  mockModel: "qwen3:8b",
  model: ({ baseUrl, model, ...limits }) => provider(baseUrl, limits).chatModel(model),
  wire: chatWire,
  warned: {
    request: {
      parallelToolCalls: false,
      reasoning: { effort: "low" },
      tools: [{ name: "f", parameters: { type: "object" }, strict: true }],
    },
    fields: ["parallelToolCalls", "tools[0].strict", "reasoning.effort"],
  },
  refused: { request: { toolChoice: "required" }, field: "toolChoice" },
  imageInBody: /"content":"What is this\?","images":\["iVBORw0KGgo/,
  schemaInBody: /"format":\{"type":"object"/,
}));
