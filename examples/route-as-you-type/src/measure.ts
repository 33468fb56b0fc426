// clocks of pages tick every 5 to 100 µs: one run tells nothing, runs of some milliseconds do
const sampleMs = 3;
const samples = 5;
// until the engine has made its fast code
const warmUpMs = 20;

/** The median of a few samples of what one run takes, in µs. */
export function microsecondsOf(run: () => void): number {
  for (const start = performance.now(); performance.now() - start < warmUpMs; ) run();
  const times = Array.from({ length: samples }, () => {
    const start = performance.now();
    let runs = 0;
    let elapsed = 0;
    for (; elapsed < sampleMs; elapsed = performance.now() - start) {
      for (let i = 0; i < 16; i++) run();
      runs += 16;
    }
    return (1000 * elapsed) / runs;
  });
  return times.sort((a, b) => a - b)[Math.floor(samples / 2)];
}
