import { OneheadError } from "@onehead/core";

/** A file that the system does not let us read, with the system's own code. */
export function ioError(operation: string, path: string, error: unknown): OneheadError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  return new OneheadError("io", `${operation}: cannot read ${path}: ${code}, expected a readable file`, {
    cause: error,
  });
}
