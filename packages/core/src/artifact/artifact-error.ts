import { OneheadError } from "../errors/onehead-error.js";

/** A file that is not an artifact, or a damaged one; `field` is the part that was found wrong. */
export class ArtifactError extends OneheadError {
  readonly field: string;

  constructor(field: string, what: string, options?: { cause?: unknown }) {
    super("artifact", `artifact: ${field}: ${what}`, options);
    this.name = "ArtifactError";
    this.field = field;
  }

  static override isInstance(value: unknown): value is ArtifactError {
    return OneheadError.isInstance(value) && value.code === "artifact";
  }
}
