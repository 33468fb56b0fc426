import type { StopSignal } from "@onehead/runtime";

/** What a server knows of a request already; what it does not say is asked of the request. */
export interface RequestFacts {
  /** Aborted when the client goes before its answer is whole; one that is a plain object spares an AbortSignal. */
  client?: StopSignal | undefined;
  /** Whether a header `x-onehead-*` may be there. */
  ownHeaders?: boolean | undefined;
}

/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Bindings: RequestFacts;
  Variables: {
    requestId: string;
    /** The answer has the headers that every answer has. */
    hasHeaders: boolean | undefined;
    /** For an answer that goes on when its handler has ended: the request is under way until what this gives is called. */
    holdOpen: () => () => void;
    /** Counts bytes of its body among those that are held at once. @throws GatewayError 503 */
    hold: (bytes: number) => void;
    /** Of the call that is made; an answer that says what it failed with names it too. */
    decisionId: string | undefined;
  };
}
