import { OneheadError } from "@onehead/core";

/** Why a request for embeddings has no vectors: no good answer, none in time, or one of another form. */
export type EmbeddingRequestErrorCode = "http" | "timeout" | "response";

export interface FailedRequest {
  provider: string;
  /** Host that was asked, with its port where that is not the scheme's own. */
  host: string;
  /** HTTP status; null where no answer came. */
  status: number | null;
  /** Number of tries made, from 1. */
  attempts: number;
}

/** A request for embeddings that failed for good. The message never holds a key, a prompt or the answer's body. */
export class EmbeddingRequestError extends OneheadError implements FailedRequest {
  readonly provider: string;
  readonly host: string;
  readonly status: number | null;
  readonly attempts: number;

  constructor(code: EmbeddingRequestErrorCode, what: string, request: FailedRequest) {
    const { provider, host, attempts } = request;
    super(code, `embed: ${provider} at ${host}: ${what} (attempt ${attempts})`);
    this.name = "EmbeddingRequestError";
    this.provider = provider;
    this.host = host;
    this.status = request.status;
    this.attempts = attempts;
  }

  static override isInstance(value: unknown): value is EmbeddingRequestError {
    return OneheadError.isInstance(value) && value.name === "EmbeddingRequestError";
  }
}
