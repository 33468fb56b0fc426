import type { FetchSettings } from "@onehead/provider-http";

/**
 * The official client: `BedrockRuntime`, which has a method for each call; or `BedrockRuntimeClient` with the classes of the
 * commands beside it.
 */
export interface BedrockClient {
  readonly middlewareStack: { clone(): unknown };
  send(command: never, options?: never): PromiseLike<unknown>;
  converse?(input: never, options?: never): PromiseLike<unknown>;
  converseStream?(input: never, options?: never): PromiseLike<unknown>;
  invokeModel?(input: never, options?: never): PromiseLike<unknown>;
}

/** Classes of `@aws-sdk/client-bedrock-runtime`, for a client without methods of its own. */
export interface BedrockCommands {
  ConverseCommand: new (input: never) => unknown;
  ConverseStreamCommand: new (input: never) => unknown;
  /** For embeddings. */
  InvokeModelCommand?: (new (input: never) => unknown) | undefined;
}

/** A client of one's own. Its retries are left out of each call: whoever calls a model decides on them. */
export interface BedrockClientSettings {
  client: BedrockClient;
  /** Needed for a `BedrockRuntimeClient`. */
  commands?: BedrockCommands | undefined;
  /** Of a call that says nothing: until the answer, or the first event of a stream. Default 600,000. */
  timeoutMs?: number | undefined;
  /** Longest silence within a stream. Default 120,000. */
  idleTimeoutMs?: number | undefined;
}

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}

/**
 * Plain fetch: signed with `credentials`, or with a Bedrock `apiKey` as it is. `baseUrl` is
 * https://bedrock-runtime.REGION.amazonaws.com unless it is given.
 */
export interface BedrockFetchSettings extends FetchSettings {
  client?: undefined;
  /** Such as us-east-1. */
  region?: string | undefined;
  /** Or a function that gives some for each call. */
  credentials?: AwsCredentials | (() => AwsCredentials | Promise<AwsCredentials>) | undefined;
}

export type BedrockSettings = BedrockClientSettings | BedrockFetchSettings;
