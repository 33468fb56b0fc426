import { describe } from "vitest";
import { describeFaults } from "./describe-faults.js";
import { describeMock } from "./describe-mock.js";
import { describeWire } from "./describe-wire.js";
import type { ContractSubject } from "./subject.js";

/** The contract that every adapter keeps, in each of its styles. */
export function describeContract(subject: ContractSubject): void {
  describe(`contract: ${subject.name}`, () => {
    describeMock(subject);
    describeWire(subject);
    describeFaults(subject);
  });
}
