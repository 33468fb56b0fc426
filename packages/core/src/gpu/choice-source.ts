import { type Lanes, lane, lanesOf } from "./kernel-text.js";

/** Numbers that stand in `terms` for each candidate. */
export const termsPerCandidate = 4;
/** Whether a candidate can be chosen, and where its outputs stand. */
export const unusable = 0;
export const fromJoint = 1;
export const fromProbed = 2;
/** What stands for the chosen position + 1 where there is none, and where no kernel ran: a lost context gives zeros. */
export const noCandidate = -1;
export const notWritten = 0;

/**
 * (B) choices as texels of four: the candidate's position + 1, its quality, its cost in USD, and by how much its reward is ahead.
 *
 * Rewards are scaled by `worth`, so that no λ overflows or vanishes: worth · quality − price · cost, with worth = min(1, λ) and price =
 * min(1, 1/λ); quality is its logarithm where `exponential` is 1.
 *
 * @param candidates padded;  slots  padded columns of quality in `joint`
 * @param positions  of the probed candidates, whose outputs are in `probed`
 * @param terms      (candidates, 4) list of numbers: shift of the logit, USD for e^y, USD for a token of input, and one of the above
 */
export function choiceSource(L: Lanes, candidates: number, slots: number, positions: readonly number[]): string {
  const probed = positions.map((position, p) => {
    const at = (part: number): string => `probed[this.thread.x][${2 * p + part}]`;
    return consider(`p${p}`, `${position}`, at(0), at(1), fromProbed);
  });
  return `function (joint, ${probed.length > 0 ? "probed, " : ""}terms, rows, worth, price, exponential) {
const tokens = rows[2 * this.thread.x + 1];
let best = ${noCandidate - 1};
let quality = 0;
let cost = 0;
let reward = -3e38;
let second = -3e38;
for (let g = 0; g < ${candidates / L}; g++) {
  const z = joint[this.thread.x][g];
  const y = joint[this.thread.x][g + ${slots / L}];
  ${lanesOf(L, (i) => consider(`${i}`, `(g * ${L} + ${i})`, lane(L, "z", i), lane(L, "y", i), fromJoint))}
}
${probed.join("\n")}
return [best + 1, quality, cost, reward - second];
}`;
}

function consider(name: string, n: string, z: string, y: string, source: number): string {
  const term = (i: number): string => `terms[${n} * ${termsPerCandidate} + ${i}]`;
  return `if (${term(3)} == ${source}) {
  const q${name} = 1 / (1 + Math.exp(Math.min(80, 0 - ${z} - ${term(0)})));
  const c${name} = Math.exp(${y}) * ${term(1)} + tokens * ${term(2)};
  let v${name} = q${name};
  if (exponential > 0.5) v${name} = Math.log(Math.max(q${name}, 0.001));
  const r${name} = worth * v${name} - price * c${name};
  if (r${name} > reward) {
    second = reward;
    reward = r${name};
    best = ${n};
    quality = q${name};
    cost = c${name};
  } else if (r${name} > second) second = r${name};
}`;
}
