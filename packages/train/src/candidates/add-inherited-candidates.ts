import { type Candidate, OneheadError, type Prices, type Profile } from "@onehead/core";

/** A model without rows of its own, and the measured relative whose predictions it uses. */
export interface InheritedCandidate
  extends Pick<Candidate, "id" | "aliases" | "provider" | "capabilities">,
    Omit<Extract<Profile, { kind: "inherited" }>, "kind"> {
  prices: Prices;
}

/**
 * Measured candidates with inherited ones behind them: same network columns, own prices, shifted quality.
 *
 * @throws OneheadError "unknown-model" for a relative that is not measured, or whose cost is not counted in tokens
 */
export function addInheritedCandidates(
  measured: readonly Candidate[],
  inherited: readonly InheritedCandidate[],
): Candidate[] {
  return [
    ...measured,
    ...inherited.map(({ id, aliases, provider, capabilities, prices, ...profile }): Candidate => {
      const relative = measured.find((candidate) => candidate.id === profile.from);
      if (relative === undefined || relative.profile.kind !== "measured" || relative.costKind !== "tokens") {
        throw new OneheadError(
          "unknown-model",
          `addInheritedCandidates: ${id}.from: ${profile.from}, expected a measured candidate that is priced by tokens`,
        );
      }
      return {
        id,
        ...(aliases === undefined ? {} : { aliases }),
        ...(provider === undefined ? {} : { provider }),
        profile: { kind: "inherited", ...profile },
        costKind: "tokens",
        prices,
        ...(capabilities === undefined ? {} : { capabilities }),
        smearing: relative.smearing,
      };
    }),
  ];
}
