/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Variables: {
    requestId: string;
    /** Of the call that is made; an answer that says what it failed with names it too. */
    decisionId: string | undefined;
  };
}
