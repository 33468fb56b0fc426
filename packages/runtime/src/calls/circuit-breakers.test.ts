import { ProviderError } from "@onehead/provider";
import { expect, test } from "vitest";
import { CircuitBreakers } from "./circuit-breakers.js";

const call = {};

function breakersAt(options = {}) {
  const clock = { ms: 0 };
  return { clock, breakers: new CircuitBreakers({ failures: 3, openMs: 1000, ...options }, () => clock.ms) };
}

test("a circuit opens after so many failures in a row, and a success between them starts the count anew", () => {
  const { breakers } = breakersAt();
  breakers.failed("a", call);
  breakers.failed("a", call);
  breakers.succeeded("a");
  breakers.failed("a", call);
  breakers.failed("a", call);
  expect(breakers.state("a")).toBe("closed");
  breakers.failed("a", call);
  expect(breakers.state("a")).toBe("open");
  expect(breakers.enter("a", call)).toBe(false);
  expect(breakers.enter("b", call)).toBe(true);
});

test("after its time one call probes, and no other until that has ended", () => {
  const { breakers, clock } = breakersAt({ failures: 1 });
  breakers.failed("a", call);
  clock.ms = 999;
  expect(breakers.enter("a", call)).toBe(false);
  clock.ms = 1000;
  expect(breakers.state("a")).toBe("half-open");
  expect(breakers.enter("a", call)).toBe(true);
  expect(breakers.enter("a", call)).toBe(false);
  breakers.released("a", call);
  expect(breakers.enter("a", call)).toBe(true);
  breakers.succeeded("a");
  expect(breakers.state("a")).toBe("closed");
});

test("a probe that fails opens it again at once", () => {
  const { breakers, clock } = breakersAt();
  for (let i = 0; i < 3; i++) breakers.failed("a", call);
  clock.ms = 1500;
  expect(breakers.enter("a", call)).toBe(true);
  breakers.failed("a", call);
  expect(breakers.state("a")).toBe("open");
  clock.ms = 2499;
  expect(breakers.enter("a", call)).toBe(false);
});

test("what ends while another call probes lets no second one through", () => {
  const { breakers, clock } = breakersAt({ failures: 1 });
  const [older, probe, next] = [{}, {}, {}];
  for (const caller of [older, call]) expect(breakers.enter("a", caller)).toBe(true);
  breakers.failed("a", call);
  clock.ms = 1500;
  expect(breakers.enter("a", probe)).toBe(true);
  breakers.released("a", older);
  expect(breakers.enter("a", next)).toBe(false);
  breakers.failed("a", older);
  clock.ms = 3000;
  expect(breakers.enter("a", next)).toBe(false);
  breakers.released("a", probe);
  expect(breakers.enter("a", next)).toBe(true);
});

test("it stays open as long as the provider asks", () => {
  const { breakers, clock } = breakersAt({ failures: 1 });
  breakers.failed("a", call, 5000);
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
