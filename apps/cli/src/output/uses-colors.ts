/** Colours only where somebody looks at them and has not asked for none (https://no-color.org). */
export function usesColors(stream: { isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}
