import { edgeGateway } from "./edge-gateway.js";
import artifact from "./router.onehead";

let answer: ((request: Request) => Response | Promise<Response>) | undefined;

/** The gateway as a module Worker. Bindings are the same for every request of a deployment: it is made once in each isolate. */
export default {
  fetch(request: Request, bindings: Readonly<Record<string, unknown>>): Response | Promise<Response> {
    // not at module scope, where a Worker has no clock and no randomness
    answer ??= edgeGateway(new Uint8Array(artifact), bindings);
    return answer(request);
  },
};
