import { OneheadError } from "@onehead/core";
import { ProviderError } from "@onehead/provider";

/** An error that was not foreseen, for the log. Only messages of our own errors are in it: others quote what they stumbled over. */
export function loggedError(error: Error): { name: string; message?: string; stack: string } {
  const { name, message, stack = "" } = error;
  const frames = stack
    .split("\n")
    .filter((line) => /^ {4}at /.test(line))
    .join("\n");
  const own = OneheadError.isInstance(error) || ProviderError.isInstance(error);
  return own ? { name, message, stack: frames } : { name, stack: frames };
}
