import { ProviderError } from "@onehead/provider";
import { expect, test } from "vitest";
import { CircuitBreakers } from "./circuit-breakers.js";

function breakersAt(options = {}) {
  const clock = { ms: 0 };
  return { clock, breakers: new CircuitBreakers({ failures: 3, openMs: 1000, ...options }, () => clock.ms) };
}

test("a circuit opens after so many failures in a row, and a success between them starts the count anew", () => {
  const { breakers } = breakersAt();
  breakers.failed("a");
  breakers.failed("a");
  breakers.succeeded("a");
  breakers.failed("a");
  breakers.failed("a");
  expect(breakers.state("a")).toBe("closed");
  breakers.failed("a");
  expect(breakers.state("a")).toBe("open");
  expect(breakers.enter("a")).toBe(false);
  expect(breakers.enter("b")).toBe(true);
});

test("after its time one call probes, and no other until that has ended", () => {
  const { breakers, clock } = breakersAt({ failures: 1 });
  breakers.failed("a");
  clock.ms = 999;
  expect(breakers.enter("a")).toBe(false);
  clock.ms = 1000;
  expect(breakers.state("a")).toBe("half-open");
  expect(breakers.enter("a")).toBe(true);
  expect(breakers.enter("a")).toBe(false);
  breakers.released("a");
  expect(breakers.enter("a")).toBe(true);
  breakers.succeeded("a");
  expect(breakers.state("a")).toBe("closed");
});

test("a probe that fails opens it again at once", () => {
  const { breakers, clock } = breakersAt();
  for (let i = 0; i < 3; i++) breakers.failed("a");
  clock.ms = 1500;
  expect(breakers.enter("a")).toBe(true);
  breakers.failed("a");
  expect(breakers.state("a")).toBe("open");
  clock.ms = 2499;
  expect(breakers.enter("a")).toBe(false);
});

test("it stays open as long as the provider asks", () => {
  const { breakers, clock } = breakersAt({ failures: 1 });
  breakers.failed("a", 5000);
  clock.ms = 4999;
  expect(breakers.state("a")).toBe("open");
});

test.each([{ failures: 0 }, { failures: Number.NaN }, { openMs: 0 }])(
  "options out of range are named: %o",
  (options) => {
    const name = Object.keys(options)[0];
    expect(() => new CircuitBreakers(options)).toThrow(name);
    expect(() => new CircuitBreakers(options)).toThrow(expect.toSatisfy(ProviderError.isInstance));
  },
);
