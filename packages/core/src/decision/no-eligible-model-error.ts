import { OneheadError } from "../errors/onehead-error.js";
import type { Exclusion } from "./eligibility.js";

/** Nobody may serve the request; `excluded` has every candidate's reason. */
export class NoEligibleModelError extends OneheadError {
  readonly excluded: readonly Exclusion[];

  constructor(excluded: readonly Exclusion[]) {
    const reasons = excluded.map(({ model, detail }) => `${model}: ${detail}`).join("; ");
    super("no-eligible-model", `decide: no eligible model among ${excluded.length} candidates: ${reasons}`);
    this.name = "NoEligibleModelError";
    this.excluded = excluded;
  }

  static override isInstance(value: unknown): value is NoEligibleModelError {
    return OneheadError.isInstance(value) && value.code === "no-eligible-model";
  }
}
