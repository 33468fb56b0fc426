/** A request that the gateway itself refuses, or cannot serve. */
export class GatewayError extends Error {
  readonly status: number;
  /** In our words, as data. */
  readonly code: string;
  /** Field of the request that it is about. */
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    message: string,
    { param = null, headers = {} }: { param?: string | null; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = "GatewayError";
    this.status = status;
    this.code = code;
    this.param = param;
    this.headers = headers;
  }
}
