/** Stands in the question where its middle was taken out. */
export const CUT_MARK = "\n[…]\n";
/** How far a cut may move to fall between two words. */
const SLACK = 100;

/**
 * Head and tail of a question that is too long, with {@link CUT_MARK} between, and the middle that was taken out.
 *
 * No surrogate pair is cut in two, and no word where a blank is near.
 */
export function cutQuestion(question: string, maxCharacters: number): { question: string; middle: string } {
  if (question.length <= maxCharacters) return { question, middle: "" };
  const room = maxCharacters - CUT_MARK.length;
  const head = boundary(question, Math.ceil(room / 2), -1);
  const tail = boundary(question, question.length - Math.floor(room / 2), 1);
  return {
    question: question.slice(0, head) + CUT_MARK + question.slice(tail),
    middle: question.slice(head, tail),
  };
}

/** The nearest blank from `at` on in direction `step`, or `at` itself, moved out of a surrogate pair. */
function boundary(text: string, at: number, step: -1 | 1): number {
  for (let moved = 0; moved <= SLACK; moved++) {
    const here = at + moved * step;
    if (here <= 0 || here >= text.length) break;
    if (text.charCodeAt(here) <= 0x20) return here;
  }
  const isInsidePair = isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
  return isInsidePair ? at + step : at;
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
