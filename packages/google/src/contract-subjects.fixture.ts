import { GoogleGenAI } from "@google/genai";
import type { ContractSubject } from "@onehead/provider-contract";
import { generateWire } from "./generate-wire.fixture.js";
import { createGoogle } from "./index.js";

const apiKey = "a-key";
const common: Omit<ContractSubject, "name" | "model" | "mockPath"> = {
  provider: "google",
  mockModel: "gemini-3.5-flash",
  wire: generateWire,
  warned: {
    request: {
      parallelToolCalls: false,
      tools: [{ name: "look_up", parameters: { type: "object" } }],
      reasoning: { budgetTokens: 2000 },
    },
    fields: ["parallelToolCalls", "reasoning.budgetTokens"],
  },
  refused: {
    request: { messages: [{ role: "user", content: [{ type: "image", data: new URL("https://example.com/a") }] }] },
    field: "messages[0].content[0]",
  },
  imageInBody: /"inlineData":\{"data":"iVBOR[^"]*","mimeType":"image\/png"\}/,
  schemaInBody: /"responseMimeType":"application\/json","responseJsonSchema":\{"type":"object"/,
};

/** Gemini in both styles. */
export const subjects: ContractSubject[] = [
  {
    ...common,
    name: "google, official client",
    // the client puts the version behind its base address
    mockPath: "",
    model: ({ baseUrl, model, ...limits }) =>
      createGoogle({ client: new GoogleGenAI({ apiKey, httpOptions: { baseUrl } }), ...limits }).chatModel(model),
    skips: { "retry-after": "errors of the client have no headers; the delay that the body names is read" },
  },
  {
    ...common,
    name: "google, plain fetch",
    mockPath: "/v1beta",
    model: ({ baseUrl, model, ...limits }) => createGoogle({ baseUrl, apiKey, ...limits }).chatModel(model),
  },
];
