import type { JSX } from "preact";
import type { GatewayError } from "../api/gateway-error.js";
import { useGateway } from "../app/gateway-context.js";
import { Icon } from "./icon.js";
import { KeyForm } from "./key-form.js";

/** What went wrong, where it went wrong, and another try. */
export function ErrorPanel({ error, retry }: { error: GatewayError; retry: () => void }): JSX.Element {
  const gateway = useGateway();
  if (error.status === 401) return <KeyForm />;
  const again = (): void => {
    retry();
    if (gateway.status === null) gateway.reload();
  };
  return (
    <div class="notice danger" role="alert">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        {error.requestId && <p class="about">Request {error.requestId}</p>}
      </div>
      <button type="button" class="button small" onClick={again}>
        Retry
      </button>
    </div>
  );
}
