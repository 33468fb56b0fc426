import { ProviderResponseError } from "@onehead/provider";

/** The error for an exception within a stream, by its name: a request that is wrong stays wrong, the others may pass. */
export function streamException(name: string): ProviderResponseError {
  // members of the stream begin in lower case, their classes do not
  const reason = /^[A-Za-z][\w.-]{0,79}$/.test(name) ? `${name[0].toUpperCase()}${name.slice(1)}` : undefined;
  return new ProviderResponseError(`stream: exception${reason === undefined ? "" : `: ${reason}`}`, {
    reason,
    retryable: reason !== "ValidationException",
  });
}
