let controller: AbortController | undefined;

/**
 * A signal that Ctrl-C or SIGTERM aborts, so that a command can keep what it has done. A second one ends the process at
 * once. The same signal for every caller.
 */
export function interruptSignal(): AbortSignal {
  if (controller === undefined) {
    const own = new AbortController();
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      process.on(name, () => {
        if (own.signal.aborted) process.exit(130);
        own.abort(new Error(name));
      });
    }
    controller = own;
  }
  return controller.signal;
}
