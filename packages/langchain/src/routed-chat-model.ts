import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import type { BaseLanguageModelInput, StructuredOutputMethodOptions } from "@langchain/core/language_models/base";
import {
  BaseChatModel,
  type BaseChatModelParams,
  type BindToolsInput,
  type LangSmithParams,
} from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import type { AIMessage, AIMessageChunk, BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";
import { type Runnable, RunnableLambda } from "@langchain/core/runnables";
import { invalidArgument, outcomeToJson } from "@onehead/provider";
import { ableCandidate, bindCandidate, type OwnOptions } from "./bound-candidate.js";
import { callRouted, type Routing } from "./call-routed.js";
import { CandidateErrors } from "./candidate-errors.js";
import { holdStream, toChunk } from "./held-stream.js";
import type { RoutedCallOptions } from "./routed-call-options.js";
import { settlingStream } from "./settling-stream.js";
import { sharedProfile } from "./shared-profile.js";
import { parsedOf, type StructuredSchema, structuredAnswer } from "./structured-output.js";
import { toTools } from "./to-tools.js";
import { toUsage } from "./to-usage.js";
import { tracersOnly } from "./tracers-only.js";

export interface RoutedChatModelFields extends BaseChatModelParams, Routing {}

/**
 * A chat model that is another one for each call. Candidates are called with all that this model is called with;
 * `response_metadata.onehead` of the message carries the decision, what was tried and what it cost.
 *
 * Until the first content of a stream another candidate can take over; after it, and after an abort, none does. Candidates do not
 * try again by themselves (`maxRetries` 0), since the router does.
 *
 * @throws ProviderError "invalid-argument" without a router or models
 */
export class RoutedChatModel extends BaseChatModel<RoutedCallOptions> {
  static override lc_name(): string {
    return "RoutedChatModel";
  }

  readonly #routing: Routing;

  constructor({ router, models, preference, conversationId, decision, ...base }: RoutedChatModelFields) {
    // the base class keeps, and shows, what it is given: candidates hold keys
    super(base);
    if (typeof router?.route !== "function") {
      throw invalidArgument("RoutedChatModel: router", router, "an object with route()");
    }
    const entries = Object.entries(models ?? {});
    if (entries.length === 0) throw invalidArgument("RoutedChatModel: models", "none", "at least one candidate");
    for (const [id, model] of entries) {
      if (typeof model?.invoke !== "function") {
        throw invalidArgument(`RoutedChatModel: models.${id}`, model, "a chat model");
      }
    }
    // which the base class leaves to the models
    this.disableStreaming = base.disableStreaming ?? false;
    this.#routing = { router, models, preference, conversationId, decision };
  }

  override _llmType(): string {
    return "onehead";
  }

  override get callKeys(): string[] {
    return [...super.callKeys, "tools", "tool_choice", "onehead"];
  }

  override _identifyingParams(): Record<string, unknown> {
    const { models, preference } = this.#routing;
    return { candidates: Object.keys(models), ...preference };
  }

  override getLsParams(options: this["ParsedCallOptions"]): LangSmithParams {
    return { ...super.getLsParams(options), ls_provider: "onehead", ls_model_name: "auto" };
  }

  /** What a trace shows of a call. */
  override invocationParams(options?: this["ParsedCallOptions"]): Record<string, unknown> {
    const { tools, tool_choice, stop } = options ?? {};
    return { model: "auto", tools: toTools(tools), tool_choice, stop };
  }

  /** Tools are shown by their interface: whatever else they hold may be a key. */
  protected override _getCallOptionsForTracing(options: this["ParsedCallOptions"]): this["ParsedCallOptions"] {
    const { tools, structured: _, ...rest } = options;
    return (tools === undefined ? rest : { ...rest, tools: toTools(tools) }) as this["ParsedCallOptions"];
  }

  /** What all candidates can do. */
  override get profile(): ModelProfile {
    return sharedProfile(Object.values(this.#routing.models));
  }

  /** Keeps tools and options for the candidate that is taken, whose own `bindTools` reads them; one without it is not taken. */
  override bindTools(
    tools: BindToolsInput[],
    kwargs?: Partial<RoutedCallOptions> & Record<string, unknown>,
  ): Runnable<BaseLanguageModelInput, AIMessageChunk, RoutedCallOptions> {
    return this.withConfig({ ...kwargs, tools });
  }

  /** Each candidate reads its answer by its own method, unless `method` names one; partial objects are not streamed. */
  override withStructuredOutput<Output extends object>(
    schema: StructuredSchema<Output>,
    config?: StructuredOutputMethodOptions<false>,
  ): Runnable<BaseLanguageModelInput, Output, RoutedCallOptions>;
  override withStructuredOutput<Output extends object>(
    schema: StructuredSchema<Output>,
    config?: StructuredOutputMethodOptions<true>,
  ): Runnable<BaseLanguageModelInput, { raw: BaseMessage; parsed: Output }, RoutedCallOptions>;
  override withStructuredOutput(
    schema: object,
    config: StructuredOutputMethodOptions<boolean> = {},
  ): Runnable<BaseLanguageModelInput, unknown> {
    const model = this.withConfig({ structured: { schema, config } });
    const read = RunnableLambda.from((raw: AIMessage) =>
      config.includeRaw === true ? { raw, parsed: parsedOf(raw) } : parsedOf(raw),
    );
    return model.pipe(read);
  }

  override async _generate(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const errors = new CandidateErrors();
    const call = await callRouted(this.#routing, messages, options, errors, async (id, signal) => {
      const model = ableCandidate(id, this.#routing.models, options);
      const { structured, ...rest } = forCandidate(options);
      const own = ownOptions(options, signal, runManager);
      if (structured !== undefined)
        return structuredAnswer(id, model, messages, structured, { ...rest, ...own }, errors);
      return (await bindCandidate(id, model, rest, errors).invoke(messages, own)) as AIMessage;
    });
    const message = call.value;
    call.settle(toUsage(message.usage_metadata));
    message.response_metadata = { ...message.response_metadata, onehead: outcomeToJson(call.outcome) };
    const llmOutput = { tokenUsage: tokenUsageOf(message.usage_metadata) };
    return { generations: [{ text: message.text, message }], llmOutput };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const message of this.#chunks(messages, options, runManager)) {
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      const index = { prompt: 0, completion: 0 };
      await runManager?.handleLLMNewToken(chunk.text, index, undefined, undefined, undefined, { chunk });
    }
  }

  async *#chunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<AIMessageChunk> {
    if (options.structured !== undefined) {
      // a candidate's own method reads the answer as a whole
      const { generations } = await this._generate(messages, options, runManager);
      for (const { message } of generations) yield toChunk(message);
      return;
    }
    const errors = new CandidateErrors();
    const open = (id: string, signal: AbortSignal) => {
      const model = ableCandidate(id, this.#routing.models, options);
      const bound = bindCandidate(id, model, forCandidate(options), errors);
      return holdStream((both) => bound.stream(messages, ownOptions(options, both, runManager)), signal);
    };
    const discard = ({ cancel }: { cancel(): void }): void => cancel();
    const call = await callRouted(this.#routing, messages, options, errors, open, discard);
    yield* settlingStream(call, errors, options.signal);
  }
}

/** The options that are not this model's own, or of each try. */
function forCandidate(options: RoutedCallOptions): RoutedCallOptions {
  const { onehead: _, signal: __, maxRetries: ___, ...rest } = options;
  return rest;
}

function ownOptions(
  { maxRetries = 0 }: RoutedCallOptions,
  signal: AbortSignal,
  runManager: CallbackManagerForLLMRun | undefined,
): OwnOptions {
  return { signal, callbacks: tracersOnly(runManager), maxRetries };
}

function tokenUsageOf(usage: UsageMetadata | undefined): Record<string, number> {
  if (usage === undefined) return {};
  const { input_tokens: promptTokens, output_tokens: completionTokens, total_tokens: totalTokens } = usage;
  return { promptTokens, completionTokens, totalTokens };
}
