import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import {
  BaseChatModel,
  type BaseChatModelCallOptions,
  type BindToolsInput,
} from "@langchain/core/language_models/chat_models";
import type { ModelProfile } from "@langchain/core/language_models/profile";
import { AIMessage, AIMessageChunk, type BaseMessage } from "@langchain/core/messages";
import { ChatGenerationChunk, type ChatResult } from "@langchain/core/outputs";

type Piece = ConstructorParameters<typeof AIMessageChunk>[0];

/** What a fake does when it is called: its pieces in turn, errors thrown where they stand. */
export type Script = ReadonlyArray<Piece | Error | (() => Promise<Piece>)>;

export const usage = {
  input_tokens: 100,
  output_tokens: 50,
  total_tokens: 150,
  input_token_details: { cache_read: 40 },
  output_token_details: { reasoning: 30 },
};
export const finish: Piece = { content: "", response_metadata: { finish_reason: "stop" }, usage_metadata: usage };
/** A whole answer, "Hello". */
export const whole: Script = ["Hel", "lo", finish];

/** A chat model without tools that gives what its script says, and keeps what it was called with. */
export class FakeModel extends BaseChatModel {
  readonly calls: Array<Record<string, unknown>> = [];
  /** Streams that were opened and not yet ended. */
  open = 0;
  readonly #script: Script;
  readonly #profile: ModelProfile;

  constructor(
    script: Script,
    { profile = {}, ...fields }: { profile?: ModelProfile; disableStreaming?: boolean } = {},
  ) {
    super(fields);
    this.disableStreaming = fields.disableStreaming ?? false;
    this.#script = script;
    this.#profile = profile;
  }

  _llmType(): string {
    return "fake";
  }

  override get profile(): ModelProfile {
    return this.#profile;
  }

  async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    let whole: AIMessageChunk | undefined;
    for await (const chunk of this.#pieces(messages, options)) whole = whole?.concat(chunk) ?? chunk;
    whole ??= new AIMessageChunk("");
    // real models give the one or the other
    const message = this.disableStreaming ? new AIMessage({ ...whole }) : whole;
    return { generations: [{ text: message.text, message }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    for await (const message of this.#pieces(messages, options)) {
      const chunk = new ChatGenerationChunk({ message, text: message.text });
      yield chunk;
      await runManager?.handleLLMNewToken(message.text, undefined, undefined, undefined, undefined, { chunk });
    }
  }

  async *#pieces(_: BaseMessage[], options: this["ParsedCallOptions"]): AsyncGenerator<AIMessageChunk> {
    this.calls.push({ ...options });
    this.open++;
    try {
      for (const piece of this.#script) {
        if (piece instanceof Error) throw piece;
        yield new AIMessageChunk(typeof piece === "function" ? await piece() : piece);
      }
    } finally {
      this.open--;
    }
  }
}

/** As {@link FakeModel}, with tools. */
export class FakeToolModel extends FakeModel {
  override bindTools(tools: BindToolsInput[], kwargs?: Partial<BaseChatModelCallOptions>) {
    return this.withConfig({ ...kwargs, bound: tools.map((tool) => (tool as { name: string }).name) } as object);
  }
}
