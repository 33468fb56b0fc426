import { useEffect, useState } from "preact/hooks";

const item = "onehead-key";
const listeners = new Set<() => void>();

// a browser that forbids storage throws at the first touch; the key then lives as long as the page
let fallback: string | null = null;

/** The key that the gateway asks for. It ends with the tab: never in localStorage, never in an address. */
export function bearerKey(): string | null {
  try {
    return sessionStorage.getItem(item);
  } catch {
    return fallback;
  }
}

/** Sets or forgets the key, and tells everybody who has loaded something with the last one. */
export function setBearerKey(key: string | null): void {
  fallback = key;
  try {
    if (key === null) sessionStorage.removeItem(item);
    else sessionStorage.setItem(item, key);
  } catch {
    // kept in memory alone
  }
  for (const listener of listeners) listener();
}

/** Counts the changes of the key: a dependency for whatever is loaded with it. */
export function useKeyVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const count = (): void => setVersion((last) => last + 1);
    listeners.add(count);
    return () => {
      listeners.delete(count);
    };
  }, []);
  return version;
}
