import { describe, expect, it } from "vitest";
import { OneheadError } from "../errors/onehead-error.js";
import { expectClose } from "../kernels/contract/expect-close.js";
import { randomArrays } from "../kernels/contract/random-arrays.js";
import { AdamW } from "./adam-w.js";

const named = (...values: number[]): Map<string, Float32Array> => new Map([["w", Float32Array.from(values)]]);

describe("AdamW", () => {
  it("agrees with two steps worked out by hand", () => {
    const parameters = named(1);
    const optimizer = new AdamW(parameters, { beta1: 0.5, beta2: 0.75, epsilon: 0, weightDecay: 0.1 });
    // g = 2: m = ½·2 = 1, m̂ = 1/(1 − ½) = 2; v = ¼·4 = 1, v̂ = 1/(1 − ¾) = 4; m̂/√v̂ = 1
    // p = 1 − 0.1 (1 + 0.1·1) = 0.89
    optimizer.update(named(2), 0.1);
    expectClose(parameters.get("w")!, [0.89], 1e-7);
    // g = −1: m = ½·1 − ½ = 0; v = ¾·1 + ¼·1 = 1; only the decay is left: p = 0.89 − 0.2·0.1·0.89 = 0.8722
    optimizer.update(named(-1), 0.2);
    expectClose(parameters.get("w")!, [0.8722], 1e-7);
    expect(optimizer.step).toBe(2);
    expect(Array.from(optimizer.state().get("first.w")!)).toEqual([0]);
    expect(Array.from(optimizer.state().get("second.w")!)).toEqual([1]);
  });

  it("takes a first step of the learning rate against the sign of the gradient, whatever its size", () => {
    const parameters = named(0, 0, 0);
    new AdamW(parameters).update(named(1e-3, -50, 0), 0.01);
    expectClose(parameters.get("w")!, [-0.01, 0.01, 0], 1e-6);
  });

  it("scales all gradients together down to the clip norm", () => {
    // norm over both arrays √(3² + 4²) = 5, clipped to 1: gradients 0.6 and 0.8; m = (1 − 0.9) g
    const two = (a: number, b: number) =>
      new Map([
        ["a", Float32Array.of(a)],
        ["b", Float32Array.of(b)],
      ]);
    const optimizer = new AdamW(two(0, 0), { clipNorm: 1 });
    optimizer.update(two(3, 4), 0.1);
    expectClose(optimizer.state().get("first.a")!, [0.06], 1e-8);
    expectClose(optimizer.state().get("first.b")!, [0.08], 1e-8);
    // a norm below the bound is left alone
    const gentle = new AdamW(two(0, 0), { clipNorm: 6 });
    gentle.update(two(3, 4), 0.1);
    expectClose(gentle.state().get("first.a")!, [0.3], 1e-7);
  });

  it("gives a group its own rate and decay", () => {
    const parameters = new Map(["slow", "bare", "rest"].map((name) => [name, Float32Array.of(1)]));
    const groups = { slow: { rate: 0.5 }, bare: { weightDecay: 0 } };
    const optimizer = new AdamW(parameters, { weightDecay: 0.2, groups });
    // no gradient: only the decay moves a parameter, by rate · decay
    optimizer.update(new Map(["slow", "bare", "rest"].map((name) => [name, new Float32Array(1)])), 0.1);
    expectClose(
      [...parameters.values()].map(([value]) => value),
      [1 - 0.05 * 0.2, 1, 1 - 0.1 * 0.2],
      1e-7,
    );
  });

  it("continues from a restored state bit for bit", () => {
    const draw = randomArrays(40);
    const start = draw(9);
    const gradients = Array.from({ length: 8 }, () => named(...draw(9)));
    const options = { weightDecay: 0.05, clipNorm: 1 };
    const unbroken = named(...start);
    const optimizer = new AdamW(unbroken, options);
    for (const gradient of gradients) optimizer.update(gradient, 0.01);

    const stopped = named(...start);
    const before = new AdamW(stopped, options);
    for (const gradient of gradients.slice(0, 3)) before.update(gradient, 0.01);
    const resumed = named(...stopped.get("w")!);
    const after = new AdamW(resumed, options);
    after.restore(before.step, before.state());
    // the state was copied: what the first optimiser does later does not reach the second
    before.update(gradients[7], 1);
    for (const gradient of gradients.slice(3)) after.update(gradient, 0.01);
    expect(resumed).toEqual(unbroken);
    expect(after.step).toBe(8);
    expect(after.state()).toEqual(optimizer.state());
  });

  it("names a parameter without a gradient, and one of the wrong length", () => {
    const optimizer = new AdamW(named(1, 2));
    expect(() => optimizer.update(new Map(), 0.1)).toThrow(OneheadError);
    expect(() => optimizer.update(new Map(), 0.1)).toThrow("no array for parameter w");
    expect(() => optimizer.update(named(1), 0.1)).toThrow("AdamW: w: length is 1, expected 2");
    expect(() => optimizer.restore(1, new Map())).toThrow("no array for parameter first.w");
  });

  it("changes nothing when a gradient is missing", () => {
    const parameters = new Map([
      ["a", Float32Array.of(1)],
      ["b", Float32Array.of(2)],
    ]);
    const optimizer = new AdamW(parameters);
    expect(() => optimizer.update(new Map([["a", Float32Array.of(5)]]), 0.1)).toThrow("no array for parameter b");
    expect([...parameters.get("a")!, ...parameters.get("b")!, optimizer.step]).toEqual([1, 2, 0]);
  });
});
