import type { OneheadError } from "@onehead/core";

/** What a deployment that cannot serve tells every request: what is wrong with it, in the form of OpenAI's errors. */
export function refusal({ code, message }: OneheadError): Response {
  const error = { message: `This deployment cannot serve: ${message}`, type: "server_error", param: null, code };
  // asking again does not mend it
  return Response.json({ error }, { status: 503, headers: { "x-should-retry": "false", "cache-control": "no-store" } });
}
