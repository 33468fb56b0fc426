import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Draws, seeded } from "./seeded.js";

/** What becomes of a call at the provider. */
const faults = [
  "ok",
  "ok",
  "ok",
  "ok",
  "429",
  "500",
  "reset-before",
  "slow-headers",
  "cut",
  "clean-cut",
  "stall",
  "late-error",
  "usage-then-cut",
  "no-usage",
  "invalid-json",
] as const;
type Fault = (typeof faults)[number];

/** One call as the provider has it in its own books. */
export interface LedgerEntry {
  /** Of the client's request, which its question carries. */
  marker: string;
  model: string;
  fault: Fault;
  inputTokens: number;
  /** That it bills for: all that was made, sent or not. */
  outputTokens: number;
}

export interface Upstream {
  url: string;
  ledger: LedgerEntry[];
  /** Calls whose connection is held. */
  open(): number;
  close(): Promise<void>;
}

/**
 * A provider that speaks chat completions and messages, fails as a seed says, and keeps its own books: what it bills a call for, whether
 * or not the caller learnt of it. Every piece of an answer's text names its model.
 */
export async function startUpstream(seed: number): Promise<Upstream> {
  const ledger: LedgerEntry[] = [];
  const draws = seeded(seed);
  let open = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("error", () => {});
    response.on("error", () => {});
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      open++;
      response.on("close", () => open--);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as CallBody;
      const call = new Call(body, formatOf(request.url ?? ""), response, draws);
      ledger.push(call.entry);
      call.answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ledger,
    open: () => open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface CallBody {
  model: string;
  stream?: boolean;
}

type Format = "chat" | "messages" | "responses";

function formatOf(path: string): Format {
  if (path.endsWith("/messages")) return "messages";
  return path.endsWith("/responses") ? "responses" : "chat";
}

/** How long a fault keeps its caller waiting: longer than the gateway of the storm waits. */
const longMs = 3_000;

class Call {
  readonly entry: LedgerEntry;
  readonly #body: CallBody;
  readonly #format: Format;
  readonly #response: ServerResponse;
  readonly #pieces: string[];

  constructor(body: CallBody, format: Format, response: ServerResponse, draws: Draws) {
    this.#body = body;
    this.#format = format;
    this.#response = response;
    const marker = /storm-\d+/.exec(JSON.stringify(body))?.[0] ?? "";
    const count = draws.whole(2, 12);
    this.#pieces = Array.from({ length: count }, (_, i) => `[${body.model}]${i} `);
    const fault = draws.pick(faults);
    const billed = fault === "429" || fault === "500" ? 0 : 1;
    this.entry = {
      marker,
      model: body.model,
      fault,
      inputTokens: billed * draws.whole(5, 60),
      // a little more than there are pieces: a provider counts tokens, not events
      outputTokens: billed * (count + draws.whole(0, 20)),
    };
  }

  answer(): void {
    const { fault } = this.entry;
    const response = this.#response;
    switch (fault) {
      case "429":
        this.#json({ error: { message: "slow down", type: "rate_limit_error" } }, 429);
        return;
      case "500":
        this.#json({ error: { message: "broken", type: "api_error" } }, 500);
        return;
      case "reset-before":
        response.socket?.destroy();
        return;
      case "slow-headers":
        setTimeout(() => this.#whole(), longMs).unref();
        return;
      case "invalid-json":
        response.writeHead(200, { "content-type": "application/json" });
        response.end('{"id": "broken');
        return;
      default:
    }
    if (this.#body.stream !== true) {
      if (fault === "cut" || fault === "usage-then-cut") {
        response.writeHead(200, { "content-type": "application/json", "content-length": 10_000 });
        response.write('{"id": "');
        setTimeout(() => response.socket?.destroy(), 5);
      } else if (fault === "stall") {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"id": "');
      } else this.#whole();
      return;
    }
    this.#stream();
  }

  #json(body: object, status = 200): void {
    const text = JSON.stringify(body);
    this.#response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
    this.#response.end(text);
  }

  #usage(): object {
    const { inputTokens, outputTokens } = this.entry;
    const tokens = { input_tokens: inputTokens, output_tokens: outputTokens };
    if (this.#format === "responses") return { ...tokens, total_tokens: inputTokens + outputTokens };
    return this.#format === "messages"
      ? tokens
      : { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
  }

  #whole(): void {
    this.#json({ ...this.#answer(), ...(this.entry.fault === "no-usage" ? {} : { usage: this.#usage() }) });
  }

  #answer(): object {
    const text = this.#pieces.join("");
    const { model } = this.#body;
    if (this.#format === "responses") return this.#responseOf("completed", text);
    if (this.#format === "messages") {
      const content = [{ type: "text", text }];
      return { id: "msg_1", type: "message", role: "assistant", model, content, stop_reason: "end_turn" };
    }
    const choices = [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }];
    return { id: "chatcmpl-1", object: "chat.completion", created: 1, model, choices };
  }

  #stream(): void {
    const { fault } = this.entry;
    const response = this.#response;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const frames = { chat: this.#chatFrames, messages: this.#messageFrames, responses: this.#responseFrames }[
      this.#format
    ].call(this);
    // one piece of content goes out before what goes wrong within the answer
    const breaksAt = { cut: 3, "clean-cut": 3, stall: 3, "late-error": 3 }[fault as string] ?? Number.POSITIVE_INFINITY;
    let at = 0;
    const next = (): void => {
      if (response.destroyed) return;
      if (at >= breaksAt) {
        this.#break();
        return;
      }
      if (at >= frames.length) {
        if (fault === "usage-then-cut") setTimeout(() => response.socket?.destroy(), 5);
        else response.end();
        return;
      }
      response.write(frames[at++]);
      setTimeout(next, at % 4 === 0 ? 2 : 0);
    };
    next();
  }

  #break(): void {
    const { fault } = this.entry;
    const response = this.#response;
    if (fault === "cut") response.socket?.destroy();
    else if (fault === "clean-cut") response.end();
    else if (fault === "late-error") {
      const error = { type: "error", error: { type: "overloaded_error", message: "overloaded" } };
      response.end(this.#format === "messages" ? frame(error, "error") : frame(error));
    }
    // a stall is silence until the gateway gives up
  }

  #chatFrames(): string[] {
    const { model } = this.#body;
    const chunk = (delta: object, finish: string | null = null) =>
      frame({
        id: "chatcmpl-1",
        object: "chat.completion.chunk",
        created: 1,
        model,
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    const usage = {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [],
      usage: this.#usage(),
    };
    return [
      chunk({ role: "assistant", content: "" }),
      ...this.#pieces.map((content) => chunk({ content })),
      chunk({}, "stop"),
      ...(this.entry.fault === "no-usage" ? [] : [frame(usage)]),
      ...(this.entry.fault === "usage-then-cut" ? [] : ["data: [DONE]\n\n"]),
    ];
  }

  #responseOf(status: string, text: string | null): object {
    const { model } = this.#body;
    const content = text === null ? [] : [{ type: "output_text", text, annotations: [] }];
    const output = text === null ? [] : [{ id: "item-1", type: "message", status, role: "assistant", content }];
    return {
      id: "resp_1",
      object: "response",
      created_at: 1,
      status,
      model,
      output,
      parallel_tool_calls: true,
      tools: [],
    };
  }

  #responseFrames(): string[] {
    const { fault } = this.entry;
    let sequence = 0;
    const event = (type: string, rest: object): string => frame({ type, sequence_number: sequence++, ...rest }, type);
    const at = { output_index: 0, item_id: "item-1" };
    const item = { id: "item-1", type: "message", status: "in_progress", role: "assistant", content: [] };
    const text = this.#pieces.join("");
    const usage = fault === "no-usage" ? {} : { usage: this.#usage() };
    return [
      event("response.created", { response: this.#responseOf("in_progress", null) }),
      event("response.output_item.added", { output_index: 0, item }),
      ...this.#pieces.map((delta) => event("response.output_text.delta", { ...at, content_index: 0, delta })),
      event("response.output_text.done", { ...at, content_index: 0, text }),
      event("response.output_item.done", {
        output_index: 0,
        item: { ...item, status: "completed", content: [{ type: "output_text", text }] },
      }),
      // the usage of this format is in the event that ends the answer
      event("response.completed", { response: { ...this.#responseOf("completed", text), ...usage } }),
    ];
  }

  #messageFrames(): string[] {
    const { model } = this.#body;
    const counted = this.entry.fault !== "no-usage";
    const usage = counted ? { usage: { input_tokens: this.entry.inputTokens, output_tokens: 1 } } : {};
    const message = {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model,
      content: [],
      stop_reason: null,
      ...usage,
    };
    const ended = counted ? { usage: { output_tokens: this.entry.outputTokens } } : {};
    return [
      frame({ type: "message_start", message }, "message_start"),
      frame(
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        "content_block_start",
      ),
      ...this.#pieces.map((text) =>
        frame({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }, "content_block_delta"),
      ),
      frame({ type: "content_block_stop", index: 0 }, "content_block_stop"),
      frame(
        { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, ...ended },
        "message_delta",
      ),
      ...(this.entry.fault === "usage-then-cut" ? [] : [frame({ type: "message_stop" }, "message_stop")]),
    ];
  }
}

function frame(json: object, event?: string): string {
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${JSON.stringify(json)}\n\n`;
}
