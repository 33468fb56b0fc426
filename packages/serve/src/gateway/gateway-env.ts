/** What is known of a request while it is answered. */
export interface GatewayEnv {
  Variables: {
    requestId: string;
    /** Counts bytes of its body among those that are held at once. @throws GatewayError 503 */
    hold: (bytes: number) => void;
  };
}
