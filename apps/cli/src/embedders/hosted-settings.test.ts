import { expect, test } from "vitest";
import { hostedSettings } from "./hosted-settings.js";

const spec = (provider: Parameters<typeof hostedSettings>[0]["provider"]) => ({
  kind: "hosted" as const,
  provider,
  model: "m",
});

test.each([
  ["openai", { OPENAI_API_KEY: "k" }, { apiKey: "k", baseUrl: undefined }],
  ["openai", { OPENAI_BASE_URL: "http://vllm:8000/v1" }, { apiKey: undefined, baseUrl: "http://vllm:8000/v1" }],
  ["cohere", { COHERE_API_KEY: "k" }, { apiKey: "k" }],
  ["voyage", { VOYAGE_API_KEY: "k", VOYAGE_BASE_URL: "https://v/v1" }, { apiKey: "k", baseUrl: "https://v/v1" }],
  ["ollama", {}, { apiKey: undefined, baseUrl: undefined }],
  ["ollama", { OLLAMA_HOST: "0.0.0.0" }, { baseUrl: "http://127.0.0.1:11434/" }],
  ["ollama", { OLLAMA_HOST: "box:8080" }, { baseUrl: "http://box:8080/" }],
  ["ollama", { OLLAMA_HOST: "https://ollama.example" }, { baseUrl: "https://ollama.example/" }],
  ["workers-ai", { CLOUDFLARE_API_TOKEN: "k", CLOUDFLARE_ACCOUNT_ID: "a" }, { apiKey: "k", accountId: "a" }],
] as Array<[Parameters<typeof spec>[0], NodeJS.ProcessEnv, object]>)(
  "%s reads %o",
  (provider, environment, expected) => {
    expect(hostedSettings(spec(provider), environment)).toMatchObject({ provider, model: "m", ...expected });
  },
);

test.each([
  ["openai", "OPENAI_API_KEY"],
  ["cohere", "COHERE_API_KEY"],
  ["voyage", "VOYAGE_API_KEY"],
  ["workers-ai", "CLOUDFLARE_API_TOKEN"],
] as Array<[Parameters<typeof spec>[0], string]>)(
  "%s without a key names %s; an empty value is none",
  (provider, name) => {
    for (const environment of [{}, { [name]: "" }]) {
      expect(() => hostedSettings(spec(provider), environment)).toThrow(`${name}: not set`);
    }
  },
);
