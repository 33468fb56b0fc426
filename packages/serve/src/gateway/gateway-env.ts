/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Variables: { requestId: string };
}
