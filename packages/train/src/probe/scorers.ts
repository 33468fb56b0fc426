import { OneheadError } from "@onehead/core";

/** 1 where the answer of a model is right, 0 where it is not. */
export type Scorer = (expected: string, answer: string) => number;

export const scorerNames = ["exact", "contains", "choice", "number"] as const;
export type ScorerName = (typeof scorerNames)[number];

/**
 * Scorers that need no judge:
 *
 * - exact: the same text but for case, spaces and a final dot
 * - contains: the expected text stands in the answer, likewise
 * - choice: the letter that the answer settles on is the expected one
 * - number: the answer's last number equals the expected one, to a relative 10⁻⁶
 */
export const scorers: Readonly<Record<ScorerName, Scorer>> = {
  exact: (expected, answer) => Number(plain(answer) === plain(expected)),
  contains: (expected, answer) => Number(plain(answer).includes(plain(expected))),
  choice: (expected, answer) => Number(chosenLetter(answer) === expected.trim().toUpperCase().replace(/[().]/g, "")),
  number: (expected, answer) => {
    const [want, got] = [lastNumber(expected), lastNumber(answer)];
    if (want === null || got === null) return 0;
    return Number(Math.abs(got - want) <= 1e-6 * Math.max(1, Math.abs(want)));
  },
};

/** @throws OneheadError "invalid-argument" naming the scorers there are */
export function scorerOf(name: string): Scorer {
  if (Object.hasOwn(scorers, name)) return scorers[name as ScorerName];
  throw new OneheadError("invalid-argument", `scorer: ${name}, expected one of ${scorerNames.join(", ")}`);
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, " ").replace(/\.$/, "").toLowerCase();
}

/** The letter behind the last "answer is" (or in the last box), else of the last line that is a letter, else the first one. */
function chosenLetter(answer: string): string | null {
  const said = [
    ...answer.matchAll(/(?:answer(?:\s+is)?\s*:?|\\boxed)[\s*_]*[({]?\s*(?:\\text\{)?([A-Z])(?![A-Za-z'])/gi),
  ];
  const alone = [...answer.matchAll(/^[\s*_]*\(?([A-Z])\)?[.:]?[\s*_]*$/gim)];
  const first = /^[\s*_]*\(?([A-Z])[).:]/i.exec(answer);
  const letter = said.at(-1)?.[1] ?? alone.at(-1)?.[1] ?? first?.[1];
  return letter?.toUpperCase() ?? null;
}

// a minus behind a digit or a letter is a dash: 10-12
const numbers = /(?:(?<!\w)[-−])?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?(?:\s*\/\s*\d+)?/gi;

/** The last number of a text: thousands' commas are dropped, a fraction of two whole numbers is divided. */
function lastNumber(text: string): number | null {
  const found = [...text.matchAll(numbers)];
  const last = found.at(-1)?.[0];
  if (last === undefined) return null;
  const [above, below] = last.replaceAll(",", "").replace("−", "-").split("/");
  return below === undefined ? Number(above) : Number(above) / Number(below);
}
