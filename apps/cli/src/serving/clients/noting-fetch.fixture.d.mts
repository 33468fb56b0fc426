export function notingFetch(): { fetch: typeof globalThis.fetch; ids: string[] };
