export interface OpenAiReport {
  seen: {
    create: string;
    stream: string;
    gathered: string;
    parsed: unknown;
    tools?: { text: string; asked: string[] };
    response: string;
    responseTypes: string[];
    parsedResponse: unknown;
    completion: string;
    embeddings: number[];
    firstModel: string;
    unknown: { ours: boolean; code: string };
  };
  ids: string[];
}

export function runOpenAiScenarios(
  client: unknown,
  helpers: unknown,
  scenario: { url: string; calls: boolean },
): Promise<OpenAiReport>;
