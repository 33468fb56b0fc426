import type { ComponentChildren, JSX } from "preact";
import type { Resource } from "../api/use-resource.js";
import { ErrorPanel } from "./error-panel.js";

/** Shows what has been loaded; before that, that it is loading; and above old data, why there are no newer ones. */
export function Loaded<T>({
  resource,
  children,
}: {
  resource: Resource<T>;
  children: (data: T) => ComponentChildren;
}): JSX.Element {
  const { data, error, loading, reload } = resource;
  return (
    <>
      {error !== null && <ErrorPanel error={error} retry={reload} />}
      {data !== null && (
        <div class={loading ? "loaded busy" : "loaded"} aria-busy={loading}>
          {children(data)}
        </div>
      )}
      {data === null && error === null && (
        <p class="loading" role="status">
          Loading…
        </p>
      )}
    </>
  );
}
