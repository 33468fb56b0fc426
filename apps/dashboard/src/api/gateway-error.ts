/** Why something did not come from the gateway, in a sentence to show. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  /** HTTP status; 0 where nothing answered. */
  readonly status: number;
  readonly requestId: string | null;

  constructor(message: string, status: number, requestId: string | null = null) {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }
}

/** Takes the sentence out of an OpenAI-like `{error: {message}}`, or makes one of the status. */
export async function errorOfResponse(response: Response): Promise<GatewayError> {
  let message = `The gateway answered with status ${response.status}.`;
  try {
    const body: unknown = await response.json();
    const said = messageIn(body);
    if (said !== null) message = said;
  } catch {
    // no JSON: a proxy's page, say
  }
  return new GatewayError(message, response.status, response.headers.get("x-request-id"));
}

/** `error.message` of a body or of an event in a stream, else null. */
export function messageIn(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  const { error } = body;
  if (typeof error === "string") return error;
  if (typeof error === "object" && error !== null && "message" in error && typeof error.message === "string") {
    return error.message;
  }
  return null;
}
