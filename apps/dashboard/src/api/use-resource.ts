import { useCallback, useEffect, useState } from "preact/hooks";
import { useKeyVersion } from "./bearer-key.js";
import { GatewayError } from "./gateway-error.js";
import { requestJson } from "./request.js";

/**
 * What has been loaded from one address. Old data stay while new ones are on their way, and where those do not come, unless they
 * were of another address.
 */
export interface Resource<T> {
  data: T | null;
  error: GatewayError | null;
  loading: boolean;
  reload: () => void;
}

/** Loads JSON from the gateway, again whenever the path or the key changes; null loads nothing. */
export function useResource<T>(path: string | null): Resource<T> {
  const keyVersion = useKeyVersion();
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<Omit<Resource<T>, "reload"> & { path: string | null }>({
    path: null,
    data: null,
    error: null,
    loading: path !== null,
  });
  const reload = useCallback(() => setAttempt((last) => last + 1), []);

  useEffect(() => {
    if (path === null) {
      setState({ path, data: null, error: null, loading: false });
      return;
    }
    const controller = new AbortController();
    setState((last) => ({ ...last, loading: true }));
    requestJson<T>(path, { signal: controller.signal }).then(
      (data) => setState({ path, data, error: null, loading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const known = error instanceof GatewayError ? error : new GatewayError("Something unexpected went wrong.", 0);
        setState((last) => ({ path, data: last.path === path ? last.data : null, error: known, loading: false }));
      },
    );
    return () => controller.abort();
  }, [path, attempt, keyVersion]);

  const { data, error, loading } = state;
  return { data, error, loading, reload };
}
