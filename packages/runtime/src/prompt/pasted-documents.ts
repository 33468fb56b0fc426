import { askStrength } from "./ask-words.js";
import { type Block, splitBlocks } from "./blocks.js";
import type { Segment } from "./segment.js";
import { textWeight } from "./text-weight.js";

/**
 * Parts what the user has pasted from what they say about it. Only a text of at least `documentCharacters` is looked at. Code
 * fences, logs, quotations and mails are told by their form; prose is a document only where the first or the last paragraph asks
 * something and the rest is long and no list.
 */
export function splitPasted(text: string, documentCharacters: number): Segment[] {
  if (textWeight(text) < documentCharacters) return [{ kind: "text", text }];
  const blocks = splitBlocks(text);
  const mail = splitMail(blocks, documentCharacters);
  if (mail !== undefined) return toSegments(text, blocks, mail);

  const pasted = joinPasted(blocks).map((run) => (run.isPasted && run.length >= documentCharacters ? run.blocks : []));
  const byForm = new Set(pasted.flat());
  if (byForm.size > 0) {
    // nothing else was said: then what was pasted is all there is to ask
    if (blocks.every((block) => byForm.has(block))) return [{ kind: "text", text }];
    return toSegments(text, blocks, byForm);
  }
  const prose = splitProse(text, blocks, documentCharacters);
  return prose === undefined ? [{ kind: "text", text }] : toSegments(text, blocks, prose);
}

/** Neighbouring blocks of one form count as one: a log is often cut by blank lines. */
function joinPasted(blocks: readonly Block[]): { isPasted: boolean; length: number; blocks: Block[] }[] {
  const runs: { form: string; isPasted: boolean; length: number; blocks: Block[] }[] = [];
  for (const block of blocks) {
    const length = textWeight(block.text);
    const run = runs.at(-1);
    if (run !== undefined && run.form === block.form && block.form !== "fence") {
      run.length += length;
      run.blocks.push(block);
    } else {
      const isPasted = block.form !== "prose" && block.form !== "list" && block.form !== "mail";
      runs.push({ form: block.form, isPasted, length, blocks: [block] });
    }
  }
  return runs;
}

/** A mail goes from its head to the end; only a last paragraph that points at it is the user's again. */
function splitMail(blocks: readonly Block[], documentCharacters: number): Set<Block> | undefined {
  const head = blocks.findIndex((block) => block.form === "mail");
  if (head < 0) return undefined;
  const last = blocks.at(-1)!;
  const asksBefore = head > 0;
  const asksAfter = last !== blocks[head] && askStrength(last.text) === 2 && !asksBefore;
  if (!asksBefore && !asksAfter) return undefined;
  const body = blocks.slice(head, asksAfter ? -1 : undefined);
  return lengthOf(body) >= documentCharacters ? new Set(body) : undefined;
}

function splitProse(text: string, blocks: readonly Block[], documentCharacters: number): Set<Block> | undefined {
  // the choices of a test belong to its question, and so does the case that they are about
  if (blocks.length < 2 || hasChoices(text)) return undefined;
  const isOneParagraph = !/\n\s*\n/.test(text.trim());
  const lead = askStrength(blocks[0]!.text);
  const tail = askStrength(blocks.at(-1)!.text);
  // lines of one paragraph belong together unless one of them points at the others
  if (Math.max(lead, tail) < (isOneParagraph ? 2 : 1)) return undefined;
  // an article may begin or end with a question of its own: the surer of the two ends is the user's
  const leads = lead > 0 && lead >= tail;
  const tails = tail > 0 && tail >= lead;
  const body = blocks.slice(leads ? 1 : 0, tails ? -1 : undefined);
  const lists = body.filter((block) => block.form === "list");
  // a list below "build an app with the following features:" is the request itself
  if (lengthOf(body) < documentCharacters || lengthOf(lists) * 2 > lengthOf(body)) return undefined;
  return new Set(body);
}

/** Lines that begin with A, B and C. */
function hasChoices(text: string): boolean {
  return /^[ \t]{0,4}\(?B[.):]/m.test(text) && /^[ \t]{0,4}\(?A[.):]/m.test(text) && /^[ \t]{0,4}\(?C[.):]/m.test(text);
}

function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + textWeight(block.text), 0);
}

/** Neighbours that are documents become one document, the others one text each. */
function toSegments(text: string, blocks: readonly Block[], documents: ReadonlySet<Block>): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (let i = 0; i < blocks.length; i++) {
    const isDocument = documents.has(blocks[i]!);
    const next = blocks[i + 1];
    const goesOn =
      next !== undefined &&
      documents.has(next) === isDocument &&
      !(isDocument && (next.form === "fence" || blocks[i]!.form === "fence"));
    if (goesOn) continue;
    const end = next?.start ?? text.length;
    segments.push({ kind: isDocument ? "document" : "text", text: text.slice(from, end) });
    from = end;
  }
  return segments;
}
