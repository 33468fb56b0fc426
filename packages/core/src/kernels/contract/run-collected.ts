/** What a collector of tests keeps of one: the page of the GPU and other runtimes have no vitest. */
interface CollectedTest {
  name: string;
  run(): void | Promise<void>;
}

declare global {
  var collectedTests: CollectedTest[];
}

/** How many tests there were, and what went wrong in which. */
export interface CollectedOutcome {
  tests: number;
  failures: string[];
}

/** Runs the tests that `collect` declares, one after another. */
export async function runCollected(collect: () => unknown): Promise<CollectedOutcome> {
  globalThis.collectedTests = [];
  await collect();
  const collected = globalThis.collectedTests;
  const failures: string[] = [];
  for (const { name, run } of collected) {
    try {
      await run();
    } catch (error) {
      failures.push(`${name}: ${String(error)}`);
    }
  }
  return { tests: collected.length, failures };
}
