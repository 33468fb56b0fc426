import { describe, expect, it } from "vitest";
import { expectClose } from "./contract/expect-close.js";
import { fastExp, sigmoid } from "./exp.js";

describe("fastExp", () => {
  it("is within 10⁻¹¹ of Math.exp, relatively, over [-700, 700]", () => {
    let worst = 0;
    // a step that shares no factor with the table's, so that every place between two entries is met
    for (let x = -700; x <= 700; x += 0.00917) {
      worst = Math.max(worst, Math.abs(fastExp(x) / Math.exp(x) - 1));
    }
    expect(worst).toBeLessThan(1e-11);
  });

  it("is exact at 0 and at the ends of its range", () => {
    expect(fastExp(0)).toBe(1);
    expect(fastExp(-0)).toBe(1);
    expect(fastExp(708.1)).toBe(Number.POSITIVE_INFINITY);
    expect(fastExp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(fastExp(-708.1)).toBe(0);
    expect(fastExp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(fastExp(Number.NaN)).toBeNaN();
  });

  it("is finite and positive right up to ±708", () => {
    expectClose([fastExp(708) / Math.exp(708), fastExp(-708) / Math.exp(-708)], [1, 1], 1e-11);
  });

  it("never falls from one float32 to the next", () => {
    const falls: number[] = [];
    for (const from of [-20, -1, -0.001, 0, 0.5, 10]) {
      const x = Float32Array.of(from);
      const bits = new Int32Array(x.buffer);
      // stepping the bits of a negative float moves it down
      const upwards = from < 0 ? -1 : 1;
      let before = Math.fround(fastExp(x[0]));
      for (let i = 0; i < 5000; i++) {
        bits[0] += upwards;
        const now = Math.fround(fastExp(x[0]));
        if (now < before) falls.push(x[0]);
        before = now;
      }
    }
    expect(falls).toEqual([]);
  });
});

describe("sigmoid", () => {
  it("agrees with values worked out by hand", () => {
    // σ(0) = ½, σ(ln 3) = 1/(1 + ⅓) = ¾, σ(−ln 3) = ¼
    expectClose([sigmoid(0), sigmoid(Math.log(3)), sigmoid(-Math.log(3))], [0.5, 0.75, 0.25], 1e-10);
  });

  it("is 0 and 1 far out, and NaN for NaN", () => {
    expect(sigmoid(-1000)).toBe(0);
    expect(sigmoid(1000)).toBe(1);
    expect(sigmoid(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(sigmoid(Number.POSITIVE_INFINITY)).toBe(1);
    expect(sigmoid(Number.NaN)).toBeNaN();
  });

  it("adds up to 1 with its mirror image", () => {
    for (let x = 0; x < 40; x += 0.37) expectClose([sigmoid(x) + sigmoid(-x)], [1], 1e-10);
  });
});
