import { sseFrame, type WireFormat } from "@onehead/provider-contract";
import recorded from "./__fixtures__/responses.json" with { type: "json" };
import { chatWire } from "./chat-wire.fixture.js";

type Event = { type: string };
const frames = (events: readonly Event[]): string[] => events.map((event) => sseFrame(event, event.type));
const created = recorded.events[0] as Event;

function completed(output: readonly object[]): Event & { response: object } {
  return { type: "response.completed", response: { ...recorded.answer, output } };
}

function calls(items: ReadonlyArray<{ id: string; arguments: string }>, status: string): string[] {
  const open = items.map((item, i) => ({
    type: "response.output_item.added",
    output_index: i,
    item: { ...item, arguments: "", status: "in_progress" },
  }));
  const pieces = [0, 1].flatMap((half) =>
    items.map((item, i) => ({
      type: "response.function_call_arguments.delta",
      item_id: item.id,
      output_index: i,
      delta: half === 0 ? item.arguments.slice(0, 5) : item.arguments.slice(5),
    })),
  );
  const closed = items.map((item, i) => ({
    type: "response.output_item.done",
    output_index: i,
    item: { ...item, status },
  }));
  return frames([created, ...open, ...pieces, ...closed, completed(items)]);
}

const cut = [{ ...recorded.parallelToolCalls[0], arguments: '{"city":"Par' }];
const message = recorded.answer.output[1];

/** Responses as OpenAI sends them. */
export const responsesWire: WireFormat = {
  ...chatWire,
  answer: recorded.answer,
  events: frames([...(recorded.events as Event[]), completed(recorded.answer.output)]),
  contentAt: 4,
  textAt: 8,
  answerWithText: (text) => ({
    ...recorded.answer,
    output: [{ ...message, content: [{ type: "output_text", text, annotations: [] }] }],
  }),
  textFrame: (text) =>
    sseFrame(
      { type: "response.output_text.delta", item_id: "msg_67", output_index: 1, delta: text },
      "response.output_text.delta",
    ),
  errorFrame: sseFrame(recorded.errorEvent, "error"),
  brokenFrame: 'event: response.output_text.delta\ndata: {"type": \n\n',
  openToolCall: { answer: { ...recorded.answer, output: cut }, events: calls(cut, "completed") },
  parallelTools: {
    answer: { ...recorded.answer, output: recorded.parallelToolCalls },
    events: calls(recorded.parallelToolCalls, "completed"),
  },
};
