/**
 * What the AI SDK's models of all versions (LanguageModelV2, V3, V4) have in common. A routed model is of its candidates'
 * version, so nothing of the SDK has to be imported.
 */
export interface AnyLanguageModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: SupportedUrls | PromiseLike<SupportedUrls>;
  doGenerate(options: never): PromiseLike<object>;
  doStream(options: never): PromiseLike<{ stream: ReadableStream<unknown> }>;
}

export type SupportedUrls = Record<string, RegExp[]>;

/** The interface of a candidate, and nothing else that it may have. */
export type RoutedLanguageModel<Model extends AnyLanguageModel> = Pick<
  Model,
  "specificationVersion" | "provider" | "modelId" | "supportedUrls" | "doGenerate" | "doStream"
>;

/** The options of a call, as far as they are read here. */
export interface CallOptions {
  prompt: readonly unknown[];
  abortSignal?: AbortSignal | undefined;
  providerOptions?: Record<string, Record<string, unknown> | undefined> | undefined;
  [option: string]: unknown;
}

/** A part of a stream, or a result: read by name, handed on as it is. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
