/** A model that turns texts into vectors. */
export interface EmbeddingModel {
  readonly specification: "onehead-embedding-1";
  readonly provider: string;
  readonly model: string;
  /** Most texts of one call. */
  readonly maxTexts: number;

  /** @throws as `ChatModel.generate`; "invalid-argument" for more texts than `maxTexts` */
  embed(request: EmbeddingRequest): Promise<EmbeddingResult>;
}

export interface EmbeddingRequest {
  texts: readonly string[];
  /** Length of the vectors, where the model lets it be chosen. */
  dimensions?: number | undefined;
  /** Whether the texts are looked up, or what is looked up; for models that embed the two differently. */
  purpose?: "query" | "document" | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

export interface EmbeddingResult {
  /** One vector a text, in their order. */
  embeddings: Float32Array[];
  /** Undefined where the provider does not say. */
  inputTokens: number | undefined;
}
