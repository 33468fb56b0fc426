/** Variables and secrets among a Worker's bindings; others, such as stores and queues, are none of the gateway's. */
export function textBindings(bindings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(bindings).filter((binding): binding is [string, string] => typeof binding[1] === "string"),
  );
}
