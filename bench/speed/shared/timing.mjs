/**
 * Times contestants in turn, so that whatever else the machine does falls on all alike: after a warm-up of each, round after round of one short sample of each.
 *
 * @param {Array<{ name: string, enter?: () => void, call: () => unknown, waits?: boolean }>} contestants `waits` where `call` gives a promise;
 *   `enter` is called before each sample and not timed
 * @param {{ sampleMs?: number, rounds?: number, mostMs?: number, warmUpMs?: number }} [limits] of a sample, and of all samples of one contestant
 * @returns {Promise<Map<string, { median: number, minimum: number, samples: number }>>} microseconds a call, by name
 */
export async function timeInTurn(contestants, { sampleMs = 3, rounds = 60, mostMs = 4000, warmUpMs = 250 } = {}) {
  const states = [];
  for (const contestant of contestants) {
    contestant.enter?.();
    const start = performance.now();
    let calls = 0;
    do {
      await sampleOf(contestant, 1);
      calls++;
    } while (calls < 3 || (performance.now() - start < warmUpMs && calls < 20_000));
    const timed = performance.now();
    await sampleOf(contestant, 3);
    const each = (performance.now() - timed) / 3;
    states.push({ contestant, calls: Math.max(1, Math.round(sampleMs / each)), spentMs: 0, samples: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const state of states) {
      // slow ones have a few samples all the same
      if (state.spentMs > mostMs && state.samples.length >= 3) continue;
      state.contestant.enter?.();
      const start = performance.now();
      await sampleOf(state.contestant, state.calls);
      const elapsedMs = performance.now() - start;
      state.spentMs += elapsedMs;
      state.samples.push((1000 * elapsedMs) / state.calls);
    }
  }
  return new Map(
    states.map(({ contestant, samples }) => {
      const sorted = samples.sort((a, b) => a - b);
      return [contestant.name, { median: middleOf(sorted), minimum: sorted[0], samples: sorted.length }];
    }),
  );
}

/** A promise that nobody waits for would cost those who make none a turn of the loop. */
function sampleOf({ call, waits = false }, calls) {
  if (waits) return waitingSample(call, calls);
  for (let i = 0; i < calls; i++) call();
}

async function waitingSample(call, calls) {
  for (let i = 0; i < calls; i++) await call();
}

function middleOf(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
