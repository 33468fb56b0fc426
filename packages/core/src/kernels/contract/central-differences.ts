/**
 * Gradient of `loss` by central differences, (L(x + h) − L(x − h)) / 2h, one component at a time.
 *
 * In float64 with h = 10⁻⁵ the truncation and the rounding error both stay near 10⁻¹⁰ for losses of order 1.
 *
 * @param x the point, changed while the loss is evaluated and restored after
 */
export function centralDifferences(loss: () => number, x: Float64Array): Float64Array {
  const h = 1e-5;
  return x.map((value, i) => {
    x[i] = value + h;
    const above = loss();
    x[i] = value - h;
    const below = loss();
    x[i] = value;
    return (above - below) / (2 * h);
  });
}
