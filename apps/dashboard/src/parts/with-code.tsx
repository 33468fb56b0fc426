import type { JSX } from "preact";

/** A sentence of the gateway with its `code` set as such. */
export function WithCode({ text }: { text: string }): JSX.Element {
  // split by a group: every second part stood between backticks
  return (
    <>{text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  );
}
