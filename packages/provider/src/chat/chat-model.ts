import type { ChatRequest } from "./chat-request.js";
import type { ChatResult, StreamPart } from "./chat-result.js";
import type { NativeCalls } from "./native-calls.js";

/** A model that answers a conversation. Nothing is tried twice here: that is for whoever calls it. */
export interface ChatModel {
  /** Version of this interface, as data: an adapter may be newer than its caller. */
  readonly specification: "onehead-chat-1";
  /** Such as "openai": whose interface it speaks. */
  readonly provider: string;
  /** Its name there. */
  readonly model: string;

  /**
   * @throws ProviderHttpError for a status other than 2xx or a connection that failed; ProviderTimeoutError;
   *   ProviderResponseError for an answer that is not what the interface promises; ProviderAbortedError;
   *   ProviderError "unsupported" or "invalid-argument" for a request that it cannot send
   */
  generate(request: ChatRequest): Promise<ChatResult>;

  /**
   * Settles once the provider has answered with headers. A stream that does not end with a `finish` part throws one of the
   * errors of {@link ChatModel.generate} from its iterator.
   */
  stream(request: ChatRequest): Promise<ChatStream>;

  /** The same model in the words of an interface that it speaks itself, where it is one that programs speak too. */
  readonly native?: NativeCalls | undefined;
}

/** Parts of one answer; can be read once. */
export interface ChatStream extends AsyncIterableIterator<StreamPart> {
  /** Gives the connection back, read or not; leaving a `for await` early does so too. Never throws. */
  return(value?: undefined): Promise<IteratorResult<StreamPart>>;
}
