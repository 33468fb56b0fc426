/** An exact decimal number: digits · 10^−scale. */
interface Decimal {
  digits: bigint;
  scale: number;
}

/** The number as it is written, not the double behind it: 0.1 is a tenth. @throws RangeError unless it is finite */
export function parseDecimal(value: number | string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(String(value).trim());
  if (match === null || `${match[2]}${match[3] ?? ""}` === "")
    throw new RangeError(`no decimal number: ${String(value).slice(0, 40)}`);
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${whole}${fraction}`) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  // a negative scale is written out, so that sums need one sign only
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** value · 10^power, rounded once: 1.5e-7 per token is 0.15 per million, not 0.15000000000000002. */
export function shiftDecimal(value: number | string, power: number): number {
  const { digits, scale } = parseDecimal(value);
  return toNumber({ digits, scale: scale - power });
}

interface Term {
  count: number;
  price: number;
  /** Power of ten that the product is multiplied with. */
  shift?: number;
}

/** Σ count · price, exact until the one rounding to a double at the end. */
export function sumOfProducts(terms: readonly Term[]): number {
  return wholeSum(terms) ?? decimalSum(terms);
}

/**
 * The sum in whole 10⁻¹², which doubles hold exactly up to 2⁵³: for whole counts, and prices of at most twelve decimals after their
 * shift, such as six of USD per million tokens. Null where it cannot be had so. A tenth of the time of the other way.
 *
 * Rounding is the same: a quotient of two exact numbers is rounded once.
 */
function wholeSum(terms: readonly Term[]): number | null {
  let sum = 0;
  for (const { count, price, shift = 0 } of terms) {
    const scale = shift === -6 ? 1e6 : shift === 0 ? 1e12 : 0;
    const units = Math.round(price * scale);
    // the very double, from a decimal short enough that no other one of its length gives it
    if (!Number.isSafeInteger(count) || !(Math.abs(units) <= 1e15) || units / scale !== price) return null;
    sum += count * units;
    if (!Number.isSafeInteger(sum) || !Number.isSafeInteger(count * units)) return null;
  }
  return sum / 1e12;
}

function decimalSum(terms: readonly Term[]): number {
  let digits = 0n;
  let scale = 0;
  for (const { count, price, shift = 0 } of terms) {
    const a = parseDecimal(count);
    const b = parseDecimal(price);
    const term = { digits: a.digits * b.digits, scale: a.scale + b.scale - shift };
    const common = Math.max(scale, term.scale);
    digits = digits * 10n ** BigInt(common - scale) + term.digits * 10n ** BigInt(common - term.scale);
    scale = common;
  }
  return toNumber({ digits, scale });
}

/** Σ amounts, rounded once: 0.1 and 0.2 are 0.3. */
export function sumUsd(amounts: readonly number[]): number {
  return sumOfProducts(amounts.map((price) => ({ count: 1, price })));
}

function toNumber({ digits, scale }: Decimal): number {
  return Number(`${digits}e${-scale}`);
}
