/**
 * What providers call candidates whose id is not their name there. OpenRouter calls a model by its maker's name and its own; anything
 * else can be said in `serve.names` of the configuration.
 */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  bedrock: { "llama-3.3-70b-instruct": "us.meta.llama3-3-70b-instruct-v1:0" },
  together: {
    "gpt-oss-120b": "openai/gpt-oss-120b",
    "llama-3.3-70b-instruct": "meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "llama-3.1-70b-instruct": "meta-llama/Meta-Llama-3.1-70B-Instruct-Turbo",
    "llama-3.1-8b-instruct": "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
    "llama-3.1-405b-instruct": "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo",
    "mixtral-8x7b-instruct-v0.1": "mistralai/Mixtral-8x7B-Instruct-v0.1",
    "mistral-7b-instruct-v0.2": "mistralai/Mistral-7B-Instruct-v0.2",
    "mistral-7b-instruct-v0.3": "mistralai/Mistral-7B-Instruct-v0.3",
    "qwen2.5-7b-instruct": "Qwen/Qwen2.5-7B-Instruct-Turbo",
    "qwen2-72b-instruct": "Qwen/Qwen2-72B-Instruct",
    "gemma-2-27b-it": "google/gemma-2-27b-it",
    "gemma-2-9b-it": "google/gemma-2-9b-it",
  },
};

/** A candidate's name at a provider. */
export function providerModelOf(candidate: string, maker: string, provider: string): string {
  const known = names[provider]?.[candidate];
  if (known !== undefined) return known;
  return provider === "openrouter" ? `${maker}/${candidate}` : candidate;
}
