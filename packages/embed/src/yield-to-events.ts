/** Lets timers, I/O and abort signals run in the middle of long synchronous work. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
