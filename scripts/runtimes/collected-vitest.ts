// Stands for vitest where there is none: collects tests instead of running them, with vitest's own `expect`.
import { chai, JestAsymmetricMatchers, JestChaiExpect } from "@vitest/expect";

chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);
export const expect = chai.expect;

type Run = (...values: readonly unknown[]) => void | Promise<void>;
type Hook = () => unknown;

interface Suite {
  name: string;
  parent: Suite | null;
  before: Hook[];
  beforeTests: Hook[];
  afterTests: Hook[];
}

const suiteOf = (name: string, parent: Suite | null): Suite => ({
  name,
  parent,
  before: [],
  beforeTests: [],
  afterTests: [],
});
let current = suiteOf("", null);

/** Outermost first. */
function ancestry(suite: Suite | null): Suite[] {
  return suite === null ? [] : [...ancestry(suite.parent), suite];
}

async function callAll(hooks: readonly Hook[]): Promise<void> {
  for (const hook of hooks) await hook();
}

export function describe(name: string, run: Run): void {
  current = suiteOf(name, current);
  run();
  current = current.parent ?? current;
}

export function it(name: string, run: Run): void {
  const suites = ancestry(current);
  globalThis.collectedTests.push({
    name: suites
      .map((suite) => suite.name)
      .concat(name)
      .filter(Boolean)
      .join(" > "),
    async run() {
      // splice: what stands before all tests is called with the first
      for (const { before } of suites) await callAll(before.splice(0));
      try {
        for (const { beforeTests } of suites) await callAll(beforeTests);
        await run();
      } finally {
        for (const { afterTests } of suites.toReversed()) await callAll(afterTests);
      }
    },
  });
}
export const beforeAll = (hook: Hook): unknown => current.before.push(hook);
export const beforeEach = (hook: Hook): unknown => current.beforeTests.push(hook);
export const afterEach = (hook: Hook): unknown => current.afterTests.push(hook);

function named(name: string, row: unknown): string {
  const values = Array.isArray(row) ? row : [row];
  let next = 0;
  return name
    .replace(/%[a-z]/g, () => String(values[next++]))
    .replace(/\$(\w+)/g, (_, key) => String((row as Record<string, unknown>)[key]));
}

type Declare = (name: string, run: Run) => void;
const each =
  (declare: Declare) =>
  (rows: readonly unknown[]): Declare =>
  (name, run) => {
    for (const row of rows) declare(named(name, row), () => run(...(Array.isArray(row) ? row : [row])));
  };
const skipIf =
  (declare: Declare) =>
  (skipped: unknown): Declare =>
  (name, run) => {
    if (!skipped) declare(name, run);
  };

describe.each = each(describe);
describe.skipIf = skipIf(describe);
it.each = each(it);
it.skipIf = skipIf(it);

export { it as test };
