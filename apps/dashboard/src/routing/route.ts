export const viewNames = ["overview", "playground", "curve", "decisions", "models"] as const;
export type ViewName = (typeof viewNames)[number];

/** Where in the page one is: all of it is in the address behind "#", so that links and the back button work. */
export interface Route {
  view: ViewName;
  /** Of the one decision that is shown. */
  id: string | null;
  /** Filters and ranges, without the empty ones. */
  query: Record<string, string>;
}

/** Reads "#/decisions/ID?model=x"; what it does not know is the overview. */
export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = splitOnce(hash.replace(/^#\/?/, ""), "?");
  const [name = "", rawId = ""] = splitOnce(path, "/");
  const view = viewNames.find((known) => known === name) ?? "overview";
  const query: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(search)) if (value !== "") query[key] = value;
  return { view, id: view === "decisions" && rawId !== "" ? decoded(rawId) : null, query };
}

/** The inverse of {@link parseRoute}. */
export function toHash(route: { view: ViewName; id?: string | null; query?: Record<string, string | null> }): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(route.query ?? {})) if (value) search.set(key, value);
  const text = search.toString();
  return `#/${route.view}${route.id ? `/${encodeURIComponent(route.id)}` : ""}${text ? `?${text}` : ""}`;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // a lone "%" typed by hand
    return text;
  }
}
