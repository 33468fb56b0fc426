/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Variables: {
    requestId: string;
    /** For an answer that goes on when its handler has ended: the request is under way until what this gives is called. */
    holdOpen: () => () => void;
    /** Counts bytes of its body among those that are held at once. @throws GatewayError 503 */
    hold: (bytes: number) => void;
    /** Of the call that is made; an answer that says what it failed with names it too. */
    decisionId: string | undefined;
  };
}
