import type { StructuredOutputMethodOptions } from "@langchain/core/language_models/base";
import type { BaseChatModelCallOptions, BindToolsInput } from "@langchain/core/language_models/chat_models";
import type { CallPreference } from "@onehead/provider";

/** Options of one call; those that are not known here go on to the candidate as they are. */
export interface RoutedCallOptions extends BaseChatModelCallOptions {
  /** Bound on the candidate by its own `bindTools`. */
  tools?: BindToolsInput[];
  /** What this call asks of the router. */
  onehead?: CallPreference;
  /** Set by `withStructuredOutput`: the schema that the answer is read with, by the candidate's own method. */
  structured?: StructuredRequest;
}

/** What `withStructuredOutput` was asked for. */
export interface StructuredRequest {
  schema: object;
  config: StructuredOutputMethodOptions<boolean>;
}
