import type { RawVector } from "./vectors/order-vectors.js";

/** What the client needs to know of a provider's interface. */
export interface EmbeddingApi {
  provider: string;
  model: string;
  /** Parts of the embedder's id beyond provider and model: all that changes a vector. */
  variant: readonly string[];
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** X, where it is known before the first answer. */
  dimensions: number | null;
  limits: ApiLimits;
  body(texts: readonly string[]): unknown;
  /** @returns the vectors of a parsed answer, or what is wrong with it in words */
  vectors(json: unknown): RawVector[] | string;
}

interface ApiLimits {
  /** Texts a request. */
  batchTexts: number;
  /** Estimated tokens a request. */
  batchTokens: number;
  /** Estimated tokens of a text; longer ones are cut. */
  textTokens: number;
}
