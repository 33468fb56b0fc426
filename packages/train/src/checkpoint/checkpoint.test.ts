import { OneheadError, parseSafetensors, writeSafetensors } from "@onehead/core";
import { describe, expect, it } from "vitest";
import type { MemberState } from "../trainer/member-trainer.js";
import { parseCheckpoint, serializeCheckpoint } from "./checkpoint.js";

const member: MemberState = {
  epoch: 2,
  bestEpoch: 1,
  bestValidationLoss: 0.5,
  step: 40,
  tensors: new Map([
    ["parameter.bias", Float32Array.of(0.25, -1)],
    ["best.bias", Float32Array.of(0.5, 3)],
  ]),
};
const bytes = () => serializeCheckpoint({ fingerprint: "run", members: [member] });

describe("a checkpoint", () => {
  it("comes back as it was", () => {
    expect(parseCheckpoint(bytes(), "run")).toEqual({ fingerprint: "run", members: [member] });
  });

  it("is not resumed by another run", () => {
    expect(() => parseCheckpoint(bytes(), "other")).toThrow("belongs to other data, settings or another version");
  });

  it("is refused by the name of the tensor that has changed or is missing", () => {
    const damaged = bytes();
    damaged[damaged.length - 1] ^= 1;
    expect(() => parseCheckpoint(damaged, "run")).toThrow(
      /checkpoint: cannot resume: it is damaged: the checksum of 0\.(best|parameter)\.bias does not match/,
    );
    const { metadata, tensors } = parseSafetensors(bytes());
    tensors.delete("0.best.bias");
    const without = writeSafetensors(metadata, tensors);
    expect(() => parseCheckpoint(without, "run")).toThrow("it is damaged: 0.best.bias is missing");
    const counters = JSON.stringify([{ epoch: 3, bestEpoch: 1, bestValidationLoss: 0.5, step: 40 }]);
    const later = writeSafetensors({ ...metadata, members: counters }, parseSafetensors(bytes()).tensors);
    expect(() => parseCheckpoint(later, "run")).toThrow("the checksum of counters does not match");
    const unsigned = writeSafetensors({ ...metadata, checksums: "null" }, parseSafetensors(bytes()).tensors);
    expect(() => parseCheckpoint(unsigned, "run")).toThrow("its checksums cannot be read");
  });

  it("is refused when any bit of its tensors has changed, and when it is cut short", () => {
    const whole = bytes();
    const dataBytes = 2 * 2 * 4;
    for (let at = whole.length - dataBytes; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at] ^= 1;
      expect(() => parseCheckpoint(damaged, "run"), `byte ${at}`).toThrow("damaged");
    }
    for (const length of [whole.length - 1, whole.length >> 1, 4, 0]) {
      try {
        parseCheckpoint(whole.slice(0, length), "run");
        expect.unreachable();
      } catch (error) {
        expect(OneheadError.isInstance(error), String(error)).toBe(true);
      }
    }
  });
});
