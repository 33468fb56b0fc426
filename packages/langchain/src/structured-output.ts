import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { OutputParserException } from "@langchain/core/output_parsers";
import { ProviderError, ProviderResponseError } from "@onehead/provider";
import type { OwnOptions } from "./bound-candidate.js";
import type { CandidateErrors } from "./candidate-errors.js";
import type { StructuredRequest } from "./routed-call-options.js";
import { toUsage } from "./to-usage.js";

/** A schema as candidates take it: of zod or another library of Standard Schema, or JSON Schema, which says nothing of its type. */
export type StructuredSchema<Output> =
  | { readonly "~standard": { readonly types?: { readonly output: Output } | undefined } }
  | object;

/** Where a message carries what was read from it; OpenAI's models put it there too. */
const parsedField = "parsed";

/**
 * An answer that a candidate's own `withStructuredOutput` has read. One that does not fit the schema is a failed try, so that the
 * next candidate is asked; where the raw answer is wanted too, it is the answer.
 */
export async function structuredAnswer(
  id: string,
  model: BaseChatModel,
  messages: BaseMessage[],
  { schema, config }: StructuredRequest,
  options: OwnOptions,
  errors: CandidateErrors,
): Promise<AIMessage> {
  const reader = (() => {
    try {
      return model.withStructuredOutput(schema, { ...config, includeRaw: true });
    } catch (error) {
      throw errors.standFor(new ProviderError("unsupported", `${id}: it refuses the schema`, { model: id }), error);
    }
  })();
  const { raw, parsed } = await reader.invoke(messages, options);
  const message = raw as AIMessage;
  // an answer that cannot be read is read as null
  if (parsed === null && config.includeRaw !== true) {
    const usage = toUsage(message.usage_metadata);
    const unread = new ProviderResponseError(`${id}: the answer does not fit the schema`, {
      model: id,
      ...(usage === undefined ? {} : { usage }),
    });
    throw errors.standFor(unread, new OutputParserException("The answer does not fit the schema."));
  }
  message.additional_kwargs = { ...message.additional_kwargs, [parsedField]: parsed };
  return message;
}

/** What {@link structuredAnswer} has put into the message. */
export function parsedOf(message: BaseMessage): unknown {
  return message.additional_kwargs[parsedField];
}
