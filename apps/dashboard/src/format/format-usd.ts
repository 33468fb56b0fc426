const cents = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** An amount with as many digits as say something: $12.40, $0.05, $0.00012; "–" where nothing is known. */
export function formatUsd(amount: number | null | undefined): string {
  if (amount == null || !Number.isFinite(amount)) return "–";
  const size = Math.abs(amount);
  const sign = amount < 0 ? "−" : "";
  if (size === 0) return "$0";
  if (size >= 0.995) return sign + cents.format(size);
  if (size < 1e-9) return `${sign}<$0.000000001`;
  // two digits after the leading zeros; fewer where they are zeros, but never fewer decimals than cents have
  const decimals = Math.max(2, 1 - Math.floor(Math.log10(size)));
  return `${sign}$${size.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}
