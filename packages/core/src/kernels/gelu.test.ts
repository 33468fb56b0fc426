import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { gelu } from "./gelu.js";

function geluOf(...x: number[]): Float32Array {
  const out = new Float32Array(x.length);
  gelu(out, Float32Array.from(x), x.length);
  return out;
}

describe("gelu", () => {
  it("agrees with an example worked out by hand", () => {
    // x = 1: √(2/π) (1 + 0.044715) = 0.7978846 · 1.044715 = 0.8335617; tanh = 0.6823839; ½ (1 + 0.6823839) = 0.8411920
    // x = −1: −½ (1 − 0.6823839) = −0.1588080
    expectClose(geluOf(0, 1, -1), [0, 0.841192, -0.158808], 1e-6);
  });

  it("differs between x and −x by x, since the gates of both add up to 1", () => {
    fc.assert(
      fc.property(fc.float({ min: -100, max: 100, noNaN: true }), (x) => {
        const [above, below] = geluOf(x, -x);
        // the addend is for denormals, which have fewer digits
        expectClose([above - below], [x], 2e-7, Math.abs(x) + 1e-30);
      }),
    );
  });

  it("lies between max(x, 0) − 0.171 and max(x, 0)", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const [value] = geluOf(x);
        expect(value).toBeLessThanOrEqual(Math.max(x, 0));
        expect(value).toBeGreaterThanOrEqual(Math.max(x, 0) - 0.171);
      }),
    );
  });
});
