import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.js";

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, label }: { text: string; label: string }): JSX.Element {
  const [result, setResult] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), 2500);
    return () => clearTimeout(timer);
  }, [result]);
  const copy = (): void => {
    // there is no clipboard on pages that came by plain http from elsewhere than this machine
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
    written.then(
      () => setResult("copied"),
      () => setResult("failed"),
    );
  };
  return (
    <button type="button" class="button small" onClick={copy} aria-label={result === null ? label : undefined}>
      <Icon name={result === "copied" ? "check" : "copy"} />
      <span aria-live="polite">
        {result === "copied" ? "Copied" : result === "failed" ? "Select it by hand" : "Copy"}
      </span>
    </button>
  );
}
