/** Ends of the slider for λ, USD. */
export const lambdaRange = { least: 1e-6, greatest: 1 } as const;

const decades = Math.log10(lambdaRange.greatest / lambdaRange.least);

/** λ at a place 0..1 of the slider, logarithmic, to two digits: what is shown is what is sent. */
export function toLambda(place: number): number {
  return Number((lambdaRange.least * 10 ** (place * decades)).toPrecision(2));
}

/** Place 0..1 of the slider for a λ; what lies outside of its range is at the nearer end. */
export function fromLambda(lambdaUsd: number): number {
  return Math.min(1, Math.max(0, Math.log10(lambdaUsd / lambdaRange.least) / decades));
}
