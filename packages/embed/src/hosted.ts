export { EmbeddingRequestError, type EmbeddingRequestErrorCode } from "./hosted/embedding-request-error.js";
export { type HostedEmbedder, hostedEmbedder } from "./hosted/hosted-embedder.js";
export type {
  ClientOptions,
  CohereOptions,
  HostedEmbedderOptions,
  OllamaOptions,
  OpenAiOptions,
  VoyageOptions,
  WorkersAiOptions,
} from "./hosted/hosted-options.js";
export { hostedOrigin } from "./hosted/hosted-origin.js";
export { measureDimensions } from "./hosted/measure-dimensions.js";
