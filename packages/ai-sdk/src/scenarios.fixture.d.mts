interface Answer {
  text: string;
  onehead: Record<string, unknown> | undefined;
}

export function runScenarios(
  sdk: object,
  createOpenAI: (settings: { baseURL: string; apiKey: string }) => object,
): Promise<{
  generateText: Answer;
  streamText: Answer & { pieces: number };
  generateObject: { object: unknown; format: string | undefined };
  toolLoop: object;
  prepareStep: object;
  registry: object;
  fallback: Answer;
  perCall: object;
}>;
