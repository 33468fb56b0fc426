import type { CallStatus, LoggedCandidate } from "@onehead/serve";
import type { JSX } from "preact";

const ofStatus: Record<CallStatus, "good" | "bad" | "warn" | "plain"> = {
  answered: "good",
  open: "plain",
  failed: "bad",
  broken: "bad",
  aborted: "plain",
  left: "plain",
  unresolved: "warn",
};

const statusHints: Record<CallStatus, string> = {
  open: "under way, or never sent",
  answered: "the client got its answer",
  failed: "no candidate gave an answer",
  broken: "the answer broke off",
  aborted: "the gateway ended it",
  left: "the client went away",
  unresolved: "the process ended first",
};

/** How a call ended. */
export function StatusBadge({ status }: { status: CallStatus }): JSX.Element {
  return (
    <span class={`badge ${ofStatus[status] ?? "plain"}`} title={statusHints[status]}>
      {status}
    </span>
  );
}

/** How much is behind a candidate's predictions. */
export function ProfileBadge({ profile }: { profile: LoggedCandidate["profile"] }): JSX.Element {
  const tone = profile === "measured" ? "good" : profile === "probed" ? "plain" : "warn";
  return <span class={`badge ${tone}`}>{profile}</span>;
}
