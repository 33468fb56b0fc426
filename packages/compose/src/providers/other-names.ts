/** What other gateways and routers call a provider of ours, in the names of models. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  google: ["gemini", "vertex_ai", "vertex-ai", "google-ai-studio", "google-vertex"],
  together: ["together_ai", "together-ai"],
  fireworks: ["fireworks_ai", "fireworks-ai"],
  mistral: ["mistralai", "mistral-ai"],
  cohere: ["cohere_chat"],
  xai: ["x-ai"],
  bedrock: ["amazon-bedrock"],
  ollama: ["ollama_chat"],
};

const ids = new Map(Object.entries(otherNames).flatMap(([id, names]) => names.map((name) => [name, id] as const)));

/** Our id of a provider, by whatever name it is known. */
export function providerIdOf(name: string): string {
  return ids.get(name) ?? name;
}

/** The provider's id and what else it is called. */
export function providerNamesOf(id: string): string[] {
  return [id, ...(Object.hasOwn(otherNames, id) ? otherNames[id] : [])];
}
