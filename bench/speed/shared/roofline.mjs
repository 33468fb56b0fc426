// The roofline picture: what is reached against what the processor and its memory let anybody reach, as SVG.

const width = 760;
const height = 460;
const plot = { left: 62, right: 560, top: 44, bottom: 404 };
const ink = "#1f2933";
const faint = "#d5dbe1";
const colours = ["#0b6e4f", "#d1495b", "#3066be", "#edae49", "#6c757d"];

/**
 * @param {{ name: string, gflops: number }[]} peaks flat roofs
 * @param {{ name: string, gigabytesPerSecond: number }[]} bandwidths slanted roofs
 * @param {{ name: string, points: { label: string, intensity: number, gflops: number }[] }[]} series
 */
export function rooflineSvg(peaks, bandwidths, series) {
  const points = series.flatMap((one) => one.points);
  const least = { x: 2 ** Math.floor(Math.log2(Math.min(...points.map((p) => p.intensity)) / 1.5)), y: 0.25 };
  const most = {
    x: 2 ** Math.ceil(Math.log2(Math.max(...points.map((p) => p.intensity)) * 1.5)),
    y: 1.6 * Math.max(...peaks.map((peak) => peak.gflops)),
  };
  const scale = (value, low, high, from, to) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  const x = (intensity) => scale(intensity, least.x, most.x, plot.left, plot.right);
  const y = (gflops) => scale(Math.max(gflops, least.y), least.y, most.y, plot.bottom, plot.top);
  const text = (at, up, words, more = "") => `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" ${more}>${words}</text>`;
  const line = (x1, y1, x2, y2, more) =>
    `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${more}/>`;
  const parts = [];

  // grid
  for (let value = least.x; value <= most.x; value *= 4) {
    parts.push(line(x(value), plot.top, x(value), plot.bottom, `stroke="${faint}"`));
    parts.push(text(x(value), plot.bottom + 16, value < 1 ? `1/${1 / value}` : value, 'text-anchor="middle"'));
  }
  for (let value = 1; value <= most.y; value *= 4) {
    parts.push(line(plot.left, y(value), plot.right, y(value), `stroke="${faint}"`));
    parts.push(text(plot.left - 6, y(value) + 4, value, 'text-anchor="end"'));
  }
  parts.push(
    text((plot.left + plot.right) / 2, plot.bottom + 36, "flops for each byte of a, b and out", 'text-anchor="middle"'),
  );
  parts.push(text(plot.left, plot.top - 24, "GFLOP/s", 'font-weight="600"'));

  // roofs: a slant is named where it leaves the picture or meets the highest flat
  const highest = Math.max(...peaks.map((peak) => peak.gflops));
  for (const { name, gflops } of peaks) {
    parts.push(line(plot.left, y(gflops), plot.right, y(gflops), `stroke="${ink}" stroke-width="1.5"`));
    parts.push(text(plot.right - 6, y(gflops) - 5, `${name}: ${gflops.toFixed(0)}`, 'text-anchor="end"'));
  }
  bandwidths.forEach(({ name, gigabytesPerSecond: slope }, i) => {
    const from = Math.max(least.x, least.y / slope);
    const to = Math.min(most.x, highest / slope);
    if (to <= from) return;
    parts.push(line(x(from), y(from * slope), x(to), y(to * slope), `stroke="${ink}" stroke-dasharray="4 3"`));
    const angle = (-180 / Math.PI) * Math.atan2(y(from * slope) - y(to * slope), x(to) - x(from));
    // two that are as steep are named above and below
    const up = y(from * slope) + (i % 2 === 0 ? -5 : 15);
    const turn = `transform="rotate(${angle.toFixed(1)} ${x(from).toFixed(1)} ${y(from * slope).toFixed(1)})"`;
    parts.push(text(x(from) + 6, up, `${name}: ${slope.toFixed(0)} GB/s`, turn));
  });

  // what is reached; the products are named along the axis of the first series
  series.forEach(({ name, points: own }, i) => {
    const colour = colours[i % colours.length];
    for (const { intensity, gflops, label } of own) {
      parts.push(
        `<circle cx="${x(intensity).toFixed(1)}" cy="${y(gflops).toFixed(1)}" r="4.5" fill="${colour}"><title>${name}, ${label}: ${gflops.toFixed(1)}</title></circle>`,
      );
    }
    parts.push(`<circle cx="${plot.right + 22}" cy="${plot.top + 6 + 20 * i}" r="4.5" fill="${colour}"/>`);
    parts.push(text(plot.right + 33, plot.top + 10 + 20 * i, name));
  });
  const listed = [...series[0].points].sort((a, b) => a.intensity - b.intensity);
  const first = plot.top + 20 * series.length + 28;
  parts.push(text(plot.right + 16, first, "products, left to right", 'font-weight="600"'));
  listed.forEach(({ label, intensity }, i) => {
    parts.push(text(plot.right + 16, first + 18 * (i + 1), `${label} (${intensity.toPrecision(2)})`));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Roofline of matrix products" font-family="system-ui, sans-serif" font-size="12" fill="${ink}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}
