export interface AiScenario {
  url: string;
  kind: "chat" | "responses";
  /** Whether whoever answers calls tools by itself. */
  calls: boolean;
}

interface Counts {
  inputTokens: number;
  outputTokens: number;
}

interface ToolsSeen {
  text: string;
  steps: number;
  asked: string[];
}

export interface AiReport {
  seen: {
    generateText: { text: string; usage: Counts; reason: string };
    streamText: { text: string; several: boolean; usage: Counts };
    generateObject: unknown;
    streamObject: unknown;
    tools?: ToolsSeen;
    streamedTools?: ToolsSeen;
    embeddings: number[];
    unknown: { name: string; statusCode: number };
  };
  ids: string[];
}

export function runAiScenarios(ai: unknown, createOpenAI: unknown, scenario: AiScenario): Promise<AiReport>;
