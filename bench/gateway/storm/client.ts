import { createParser } from "eventsource-parser";
import { request } from "undici";
import type { Draws } from "./seeded.js";

/** What a client does besides waiting for its answer. */
const manners = [
  "whole",
  "whole",
  "stream",
  "stream",
  "stream",
  "slow",
  "leave",
  "leave-early",
  "malformed",
  "unknown-model",
] as const;
type Manner = (typeof manners)[number];
type Surface = "chat" | "messages" | "responses";

export interface PlannedCall {
  marker: string;
  manner: Manner;
  surface: Surface;
  /** Pieces of an answer that a client takes before it leaves. */
  leavesAfter: number;
  pauseMs: number;
}

/** How a call ended for its client. */
export interface ClientEnding {
  kind: "answer" | "error" | "error-in-stream" | "left" | "cut" | "refused";
  status: number | null;
  /** Models that the text of the answer names. */
  models: string[];
  decisionId: string | null;
}

export function planCalls(count: number, draws: Draws): PlannedCall[] {
  return Array.from({ length: count }, (_, i) => ({
    marker: `storm-${i}`,
    manner: draws.pick(manners),
    surface: draws.pick(["chat", "chat", "messages", "responses"] as const),
    leavesAfter: draws.whole(1, 4),
    pauseMs: draws.whole(5, 40),
  }));
}

const paths = { chat: "/v1/chat/completions", messages: "/v1/messages", responses: "/v1/responses" } as const;

/** Makes a call, and says how it ended: a network that breaks is an ending too. */
export async function makeCall(url: string, call: PlannedCall): Promise<ClientEnding> {
  const ending: ClientEnding = { kind: "answer", status: null, models: [], decisionId: null };
  const controller = new AbortController();
  const streams = call.manner === "stream" || call.manner === "slow" || call.manner === "leave";
  if (call.manner === "leave-early") setTimeout(() => controller.abort(), call.pauseMs);
  try {
    const answer = await request(`${url}${paths[call.surface]}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": call.marker },
      body: call.manner === "malformed" ? '{"model": "auto", "messages": [' : JSON.stringify(bodyOf(call, streams)),
      signal: controller.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    ending.status = answer.statusCode;
    ending.decisionId = (answer.headers["x-onehead-decision-id"] as string | undefined) ?? null;
    if (!streams || answer.statusCode !== 200) {
      const text = await answer.body.text();
      ending.models = modelsIn(text);
      if (answer.statusCode !== 200) ending.kind = "error";
      return ending;
    }
    await readStream(answer.body, call, controller, ending);
    return ending;
  } catch (error) {
    if (controller.signal.aborted) return { ...ending, kind: "left" };
    const { code } = error as { code?: string };
    return { ...ending, kind: code === "ECONNREFUSED" ? "refused" : "cut" };
  }
}

function bodyOf({ marker, surface, manner }: PlannedCall, stream: boolean): object {
  const model = manner === "unknown-model" ? "no-such-model" : "auto";
  const content = `What does ${marker} say of the weather in Lisbon?`;
  if (surface === "responses") return { model, stream, input: content, max_output_tokens: 200 };
  return { model, stream, messages: [{ role: "user", content }], max_tokens: 200 };
}

async function readStream(
  body: AsyncIterable<Buffer>,
  call: PlannedCall,
  controller: AbortController,
  ending: ClientEnding,
): Promise<void> {
  let text = "";
  let pieces = 0;
  let whole = false;
  let failed = false;
  const parser = createParser({
    onEvent({ data }) {
      if (data === "[DONE]") whole = true;
      if (data === "[DONE]") return;
      const event = JSON.parse(data) as { type?: string; error?: unknown };
      if (event.error !== undefined && event.error !== null) failed = true;
      if (event.type === "response.failed" || event.type === "error") failed = true;
      if (event.type === "message_stop" || event.type === "response.completed" || event.type === "response.incomplete")
        whole = true;
      text += data;
      pieces++;
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (call.manner === "leave" && pieces >= call.leavesAfter) controller.abort();
    if (call.manner === "slow") await new Promise((resolve) => setTimeout(resolve, call.pauseMs));
  }
  ending.models = modelsIn(text);
  ending.kind = failed ? "error-in-stream" : whole ? "answer" : "cut";
}

/** Every piece of the upstream's texts names the model that made it. */
function modelsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\[([\w.-]+)\]\d/g)].map(([, model]) => model))];
}
