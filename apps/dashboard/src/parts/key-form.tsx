import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { bearerKey, setBearerKey } from "../api/bearer-key.js";

/** Asks for the key of a gateway that is protected by one. */
export function KeyForm(): JSX.Element {
  const [key, setKey] = useState("");
  const id = useId();
  const refused = bearerKey() !== null;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== "") setBearerKey(key.trim());
  };
  return (
    <form class="card key-form" onSubmit={submit}>
      <h2>This gateway asks for a key</h2>
      <p class="about">The bearer key that it was started with. It is kept in this tab only, until you close it.</p>
      {refused && (
        <p class="field-error" role="alert" id={`${id}-error`}>
          The gateway does not accept that key.
        </p>
      )}
      <label for={id}>Key</label>
      <div class="key-row">
        <input
          id={id}
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={key}
          aria-invalid={refused}
          aria-describedby={refused ? `${id}-error` : undefined}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button type="submit" class="button primary">
          Unlock
        </button>
      </div>
    </form>
  );
}
