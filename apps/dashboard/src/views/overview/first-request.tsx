import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useGateway } from "../../app/gateway-context.js";
import { CopyButton } from "../../parts/copy-button.js";
import { Segmented } from "../../parts/segmented.js";
import { toHash } from "../../routing/route.js";
import { type ClientName, clientNames, firstRequest } from "./first-request-text.js";

/** Instead of empty charts: how to make the first call. */
export function FirstRequest({ range }: { range: string }): JSX.Element {
  const { status } = useGateway();
  const [client, setClient] = useState<ClientName>("curl");
  const baseUrl = new URL("v1", document.baseURI).href;
  const text = firstRequest(client, baseUrl, status?.protected ?? false);
  return (
    <section class="card first-request">
      <h2>No calls in {range}</h2>
      <p>
        The gateway speaks OpenAI's interface. Give a client its address, ask for the model <code>auto</code>, and the
        router takes the model that is worth its money for each prompt.
      </p>
      {status?.durable === false && <p>This gateway keeps nothing, so calls are counted here only while it runs.</p>}
      <dl class="facts">
        <dt>Base URL</dt>
        <dd>
          <code>{baseUrl}</code>
        </dd>
        <dt>Key</dt>
        <dd>
          {status?.protected ? "the bearer key of this gateway" : "none is asked for; clients that insist take any"}
        </dd>
      </dl>
      <div class="snippet">
        <div class="snippet-head">
          <Segmented label="Client" value={client} options={clientNames} onChange={setClient} />
          <CopyButton text={text} label="Copy the request" />
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        <pre tabIndex={0}>
          <code>{text}</code>
        </pre>
      </div>
      <p>
        Or try a prompt in the <a href={toHash({ view: "playground" })}>playground</a>.
      </p>
    </section>
  );
}
