import type { StopSignal } from "./stop.js";

/** Node takes more for 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/** Waits, or ends early with false when the signal is aborted; leaves neither timer nor listener behind. */
export function sleep(ms: number, signal: StopSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", stop);
        resolve(true);
      },
      Math.min(ms, longestTimerMs),
    );
    signal.addEventListener("abort", stop, { once: true });
  });
}
