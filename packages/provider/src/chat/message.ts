import type { JsonObject } from "../json/json-value.js";

/** One turn of a conversation, in no provider's own form. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export interface SystemMessage {
  role: "system";
  content: string | readonly TextPart[];
}

export interface UserMessage {
  role: "user";
  content: string | readonly UserPart[];
}

export interface AssistantMessage {
  role: "assistant";
  content: string | readonly AssistantPart[];
}

/** Results of the tool calls of the assistant's turn before. */
export interface ToolMessage {
  role: "tool";
  content: readonly ToolResultPart[];
}

export type UserPart = TextPart | ImagePart | FilePart;
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart;

interface Cacheable {
  /**
   * The prompt up to here is asked for again soon: providers that cache on demand (Anthropic, Bedrock) are told so, the others
   * cache by themselves.
   */
  cache?: boolean | undefined;
}

export interface TextPart extends Cacheable {
  type: "text";
  text: string;
}

/** Bytes, base64 or an http(s) address; `mediaType` is needed for bytes and base64. */
export interface ImagePart extends Cacheable {
  type: "image";
  data: Uint8Array | string | URL;
  /** Such as image/png. */
  mediaType?: string | undefined;
}

/** A document, as {@link ImagePart.data}. */
export interface FilePart extends Cacheable {
  type: "file";
  data: Uint8Array | string | URL;
  /** Such as application/pdf. */
  mediaType: string;
  filename?: string | undefined;
}

/**
 * What a model thought before it answered. Handed back in the next turn as it came: providers check its signature.
 */
export interface ReasoningPart {
  type: "reasoning";
  text: string;
  /** The provider's proof of the text, or the text itself in encrypted form; opaque. */
  signature?: string | undefined;
  /** The text was withheld and `signature` is all there is. */
  redacted?: boolean | undefined;
}

export interface ToolCallPart {
  type: "tool-call";
  id: string;
  name: string;
  /** JSON text of an object, as the model wrote it. */
  arguments: string;
  /** Gemini's proof of the thought behind the call; opaque, handed back as it came. */
  signature?: string | undefined;
}

export interface ToolResultPart extends Cacheable {
  type: "tool-result";
  /** Of the call that it answers. */
  id: string;
  name: string;
  /** Text, or parts where the tool gives images. */
  content: string | ReadonlyArray<TextPart | ImagePart>;
  isError?: boolean | undefined;
}

/** A function that the model may ask to have called. */
export interface Tool {
  name: string;
  description?: string | undefined;
  /** JSON Schema of the arguments: an object. */
  parameters: JsonObject;
  /** The arguments keep the schema for certain, where the provider can promise that. */
  strict?: boolean | undefined;
}

export type ToolChoice = "auto" | "none" | "required" | { tool: string };

/** What the answer's text has to be. */
export type ResponseFormat =
  | { type: "text" }
  | { type: "json" }
  | {
      type: "json-schema";
      /** Of letters, digits, _ and -. */
      name?: string | undefined;
      description?: string | undefined;
      schema: JsonObject;
      strict?: boolean | undefined;
    };
