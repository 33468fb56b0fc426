import { useEffect, useRef, useState } from "preact/hooks";
import { GatewayError } from "../../api/gateway-error.js";
import { type AnswerHead, type AnswerUsage, streamChat } from "../../api/stream-chat.js";
import type { Preference } from "../../decision/preference.js";

/** One answer, from the click to its end. */
export interface AnswerState {
  phase: "idle" | "waiting" | "streaming" | "done" | "stopped" | "failed";
  text: string;
  head: AnswerHead | null;
  usage: AnswerUsage | null;
  error: GatewayError | null;
  firstTextMs: number | null;
  totalMs: number | null;
}

const idle: AnswerState = {
  phase: "idle",
  text: "",
  head: null,
  usage: null,
  error: null,
  firstTextMs: null,
  totalMs: null,
};

/** Runs a prompt, and stops it. A new run ends the one before; so does leaving the view. */
export function useAnswer(): {
  state: AnswerState;
  run: (prompt: string, preference: Preference) => void;
  stop: () => void;
  retry: () => void;
} {
  const [state, setState] = useState(idle);
  const controller = useRef<AbortController | null>(null);
  const last = useRef<[string, Preference] | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const run = (prompt: string, preference: Preference): void => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    last.current = [prompt, preference];
    const start = performance.now();
    const update = (change: (state: AnswerState) => AnswerState): void => {
      if (controller.current === mine) setState(change);
    };
    setState({ ...idle, phase: "waiting" });
    streamChat(prompt, preference, mine.signal, {
      head: (head) => update((state) => ({ ...state, head })),
      text: (text) =>
        update((state) => ({
          ...state,
          phase: "streaming",
          text: state.text + text,
          firstTextMs: state.firstTextMs ?? performance.now() - start,
        })),
    }).then(
      (usage) => update((state) => ({ ...state, phase: "done", usage, totalMs: performance.now() - start })),
      (error: unknown) =>
        update((state) => ({
          ...state,
          totalMs: performance.now() - start,
          ...(mine.signal.aborted
            ? { phase: "stopped" as const }
            : {
                phase: "failed" as const,
                error: error instanceof GatewayError ? error : new GatewayError("The connection broke off.", 0),
              }),
        })),
    );
  };

  return {
    state,
    run,
    stop: () => controller.current?.abort(),
    retry: () => {
      if (last.current !== null) run(...last.current);
    },
  };
}
