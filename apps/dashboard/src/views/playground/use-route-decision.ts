import type { DecisionReport } from "@onehead/serve";
import { useCallback, useEffect, useState } from "preact/hooks";
import { useKeyVersion } from "../../api/bearer-key.js";
import { GatewayError } from "../../api/gateway-error.js";
import { requestJson } from "../../api/request.js";

const pauseMs = 250;

interface RouteDecision {
  /** For the last prompt that was asked about; null for an empty one. */
  decision: DecisionReport | null;
  error: GatewayError | null;
  loading: boolean;
  retry: () => void;
}

/** Asks who would answer, a moment after the last key; an answer that is no longer wanted is cancelled. */
export function useRouteDecision(prompt: string): RouteDecision {
  const keyVersion = useKeyVersion();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<Omit<RouteDecision, "retry">>({ decision: null, error: null, loading: false });
  const retry = useCallback(() => setAttempt((last) => last + 1), []);

  useEffect(() => {
    if (prompt.trim() === "") {
      setState({ decision: null, error: null, loading: false });
      return;
    }
    const controller = new AbortController();
    setState((last) => ({ ...last, loading: true }));
    const timer = setTimeout(() => {
      const body = { model: "auto", messages: [{ role: "user", content: prompt }], router: { explain: true } };
      requestJson<{ decision: DecisionReport }>("v1/route", { body, signal: controller.signal }).then(
        ({ decision }) => setState({ decision, error: null, loading: false }),
        (error: unknown) => {
          if (controller.signal.aborted) return;
          const known = error instanceof GatewayError ? error : new GatewayError("Something unexpected went wrong.", 0);
          setState({ decision: null, error: known, loading: false });
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [prompt, attempt, keyVersion]);

  return { ...state, retry };
}
