import { OneheadError } from "../errors/onehead-error.js";
import type { Candidate } from "./manifest.js";

/** The candidate with this id. @throws OneheadError "unknown-model" naming those that there are; `where` is the function */
export function findCandidate(where: string, candidates: readonly Candidate[], id: string): Candidate {
  const found = candidates.find((candidate) => candidate.id === id);
  if (found !== undefined) return found;
  const known = candidates.map((candidate) => candidate.id).join(", ");
  throw new OneheadError("unknown-model", `${where}: unknown model: ${String(id)}, expected one of ${known}`);
}
