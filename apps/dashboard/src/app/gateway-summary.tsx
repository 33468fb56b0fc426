import type { StatusReport } from "@onehead/serve";
import type { JSX } from "preact";
import { bearerKey, setBearerKey } from "../api/bearer-key.js";
import { Time } from "../parts/time.js";

/** What answers here: version, artifact, since when. */
export function GatewaySummary({ status }: { status: StatusReport | null }): JSX.Element {
  return (
    <footer class="gateway-summary">
      {status !== null && (
        <dl>
          <dt>Gateway</dt>
          <dd>{status.version}</dd>
          <dt>Router</dt>
          <dd>
            {status.artifact.name}, {status.artifact.candidates} candidates
          </dd>
          <dt>Since</dt>
          <dd>
            <Time at={status.startedAt} />
          </dd>
          <dt>Contents</dt>
          <dd>
            {status.contents.kept
              ? status.contents.retentionDays === null
                ? "kept"
                : `kept for ${status.contents.retentionDays} days`
              : "not kept"}
          </dd>
        </dl>
      )}
      {bearerKey() !== null && (
        <button type="button" class="button small" onClick={() => setBearerKey(null)}>
          Forget the key
        </button>
      )}
    </footer>
  );
}
