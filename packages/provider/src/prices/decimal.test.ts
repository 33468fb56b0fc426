import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDecimal, shiftDecimal, sumOfProducts } from "./decimal.js";

describe("parseDecimal", () => {
  test.each([
    [0, 0n, 0],
    ["0.10", 10n, 2],
    [0.1, 1n, 1],
    [1.5e-7, 15n, 8],
    ["1.5E-7", 15n, 8],
    ["-0.25", -25n, 2],
    ["+2", 2n, 0],
    [".5", 5n, 1],
    ["5.", 5n, 0],
    [" 3 ", 3n, 0],
    // the scale would be −3 and −20: written out instead
    ["1e3", 1000n, 0],
    ["1.5e21", 1_500_000_000_000_000_000_000n, 0],
    [5e-324, 5n, 324],
  ])("reads %s as it is written", (value, digits, scale) => {
    expect(parseDecimal(value)).toEqual({ digits, scale });
  });

  test.each(["", ".", "e5", "1e", "1,5", "0x10", "1e9999", "1 2", "free", NaN, Infinity, -Infinity])(
    "refuses %s, which is no decimal number",
    (value) => {
      expect(() => parseDecimal(value)).toThrow(RangeError);
    },
  );
});

describe("shiftDecimal", () => {
  test.each([
    [1.5e-7, 0.15],
    [2.8e-8, 0.028],
    [1.25e-6, 1.25],
    ["0.0000025", 2.5],
    // lists made by multiplying carry such digits: the double nearest to 0.10000000000000001 is 0.1
    [1.0000000000000001e-7, 0.1],
    ["0.0000000833333333333333", 0.0833333333333333],
    [0, 0],
    ["-1", -1_000_000],
  ])("moves the point of %s per token to %s per million", (perToken, perMillion) => {
    expect(shiftDecimal(perToken, 6)).toBe(perMillion);
  });

  test("moves back what it has moved", () => {
    fc.assert(
      fc.property(decimal(), fc.integer({ min: -12, max: 12 }), ({ value }, power) => {
        expect(shiftDecimal(shiftDecimal(value, power), -power)).toBe(value);
      }),
    );
  });
});

describe("sumOfProducts", () => {
  test("equals the sum on paper where doubles do not", () => {
    // 1 · 0.1 + 1 · 0.2 = 0.3, and 0.1 + 0.2 = 0.30000000000000004
    const terms = [
      { count: 1, price: 0.1 },
      { count: 1, price: 0.2 },
    ];
    expect(sumOfProducts(terms)).toBe(0.3);
    expect(0.1 + 0.2).not.toBe(0.3);
  });

  test("shifts each term by its own power of ten", () => {
    // 1234 · 0.15 · 10⁻⁶ + 2 · 0.005 + 3 · 4 · 10² = 0.0001851 + 0.01 + 1200
    const terms = [
      { count: 1234, price: 0.15, shift: -6 },
      { count: 2, price: 0.005 },
      { count: 3, price: 4, shift: 2 },
    ];
    expect(sumOfProducts(terms)).toBe(1200.0101851);
  });

  test("of nothing is 0", () => {
    expect(sumOfProducts([])).toBe(0);
  });

  test("is the double that is nearest to the exact rational sum", () => {
    const term = fc.record({
      count: fc.integer({ min: 0, max: 2_000_000 }),
      price: decimal(),
      shift: fc.constantFrom(-6, 0, 3),
    });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 8 }), (terms) => {
        const sum = sumOfProducts(terms.map(({ count, price, shift }) => ({ count, price: price.value, shift })));
        // all exponents are above −40, so that the sum is a whole number of 10⁻⁴⁰
        const numerator = terms.reduce(
          (total, { count, price, shift }) =>
            total + BigInt(count) * BigInt(price.digits) * 10n ** BigInt(40 + price.exponent + shift),
          0n,
        );
        const distance = (value: number): bigint => absolute(numerator * unit - toUnits(value) * 10n ** 40n);
        expect(distance(sum)).toBeLessThanOrEqual(distance(neighbour(sum, 1n)));
        if (sum > 0) expect(distance(sum)).toBeLessThanOrEqual(distance(neighbour(sum, -1n)));
      }),
    );
  });
});

test("whole counts of prices in millionths are the sum on paper, whatever way it is found", () => {
  const term = fc.record({
    count: fc.integer({ min: 0, max: 10_000_000 }),
    millionths: fc.integer({ min: 0, max: 2_000_000_000 }),
  });
  fc.assert(
    fc.property(
      fc.array(term, { maxLength: 8 }),
      fc.integer({ min: 0, max: 5_000_000 }),
      (terms, requestMillionths) => {
        const given = terms.map(({ count, millionths }) => ({ count, price: Number(`${millionths}e-6`), shift: -6 }));
        const paper = terms.reduce((sum, { count, millionths }) => sum + BigInt(count) * BigInt(millionths), 0n);
        const whole = paper + BigInt(requestMillionths) * 1_000_000n;
        const request = { count: 1, price: Number(`${requestMillionths}e-6`) };
        expect(sumOfProducts([...given, request])).toBe(Number(`${whole}e-12`));
      },
    ),
  );
});

/** Decimals of at most 15 digits: a double tells them apart. */
test("a long text that is no number takes time in proportion to its length", () => {
  // in proportion to its square it would be half an hour
  expect(() => parseDecimal(`${"1".repeat(1_000_000)}x`)).toThrow("no decimal number: 1111");
});

function decimal() {
  return fc
    .record({ digits: fc.integer({ min: 0, max: 999_999_999_999_999 }), exponent: fc.integer({ min: -20, max: 3 }) })
    .map(({ digits, exponent }) => ({ digits, exponent, value: Number(`${digits}e${exponent}`) }));
}

// doubles here are whole numbers of 2⁻²⁰⁰
const unit = 2n ** 200n;

/** The exact value of a double, from its bits. */
function toUnits(value: number): bigint {
  const bits = bitsOf(value);
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const power = (exponent === 0n ? 1n : exponent) - 1075n + 200n;
  return power >= 0n ? mantissa << power : mantissa >> -power;
}

function neighbour(value: number, step: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bitsOf(value) + step);
  return view.getFloat64(0);
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
