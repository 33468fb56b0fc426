import { hashBytes, hashString, OneheadError, parseSafetensors, type Tensor, writeSafetensors } from "@onehead/core";
import type { MemberState } from "../trainer/member-trainer.js";

/** A training run at the end of an epoch: finished members, and the one under way. */
export interface Checkpoint {
  /** Fingerprint of the data, the settings and the program's version that it belongs to. */
  fingerprint: string;
  members: MemberState[];
}

const format = "onehead-checkpoint/1";

/** Bytes of a checkpoint (safetensors with the counters in its metadata). */
export function serializeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const tensors = new Map<string, Tensor>();
  checkpoint.members.forEach((member, s) => {
    for (const [name, data] of member.tensors) tensors.set(`${s}.${name}`, { shape: [data.length], data });
  });
  const counters = checkpoint.members.map(({ epoch, bestEpoch, bestValidationLoss, step }) => ({
    epoch,
    bestEpoch,
    bestValidationLoss,
    step,
  }));
  const members = JSON.stringify(counters);
  const checksums = JSON.stringify(Object.fromEntries(checksumsOf(members, tensors)));
  return writeSafetensors({ format, fingerprint: checkpoint.fingerprint, members, checksums }, tensors);
}

/**
 * Reads a checkpoint of this very run.
 *
 * @throws OneheadError "artifact" when the file is damaged, naming the tensor, or belongs to other data, settings or another version
 */
export function parseCheckpoint(bytes: Uint8Array, fingerprint: string): Checkpoint {
  const { metadata, tensors } = parseSafetensors(bytes);
  if (metadata["format"] !== format) throw foreign(`format is ${String(metadata["format"])}, expected ${format}`);
  if (metadata["fingerprint"] !== fingerprint) throw foreign("it belongs to other data, settings or another version");
  assertChecksums(metadata["checksums"], checksumsOf(metadata["members"] ?? "", tensors));
  const members: MemberState[] = parseCounters(metadata["members"]).map((counters) => ({
    ...counters,
    tensors: new Map(),
  }));
  for (const [name, { data }] of tensors) {
    const dot = name.indexOf(".");
    const member = members[Number(name.slice(0, dot))];
    if (member === undefined || !(data instanceof Float32Array)) throw foreign(`unexpected tensor ${name}`);
    member.tensors.set(name.slice(dot + 1), data);
  }
  return { fingerprint, members };
}

/** Hashes of the counters and of every tensor's name and bytes, by name. */
function checksumsOf(counters: string, tensors: ReadonlyMap<string, Tensor>): Map<string, string> {
  const hex = (hash: number): string => hash.toString(16).padStart(8, "0");
  const sums = new Map([["counters", hex(hashString(counters))]]);
  for (const [name, { data }] of tensors) {
    const { buffer, byteOffset, byteLength } = data;
    sums.set(name, hex(hashBytes(new Uint8Array(buffer, byteOffset, byteLength), hashString(name))));
  }
  return sums;
}

function assertChecksums(text: string | undefined, found: ReadonlyMap<string, string>): void {
  const expected = parseChecksums(text);
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    if (!found.has(name)) throw foreign(`it is damaged: ${name} is missing`);
    if (found.get(name) !== expected.get(name)) throw foreign(`it is damaged: the checksum of ${name} does not match`);
  }
}

function parseChecksums(text: string | undefined): Map<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text ?? "");
    if (typeof parsed === "object" && parsed !== null) return new Map(Object.entries(parsed));
  } catch {
    // falls through to the one error for anything unreadable
  }
  throw foreign("it is damaged: its checksums cannot be read");
}

function parseCounters(text: string | undefined): Array<Omit<MemberState, "tensors">> {
  try {
    const parsed: unknown = JSON.parse(text ?? "");
    if (Array.isArray(parsed) && parsed.every(isCounters)) return parsed;
  } catch {
    // falls through to the one error for anything unreadable
  }
  throw foreign("its counters cannot be read");
}

function isCounters(value: unknown): value is Omit<MemberState, "tensors"> {
  if (typeof value !== "object" || value === null) return false;
  const record = value as Record<string, unknown>;
  return ["epoch", "bestEpoch", "bestValidationLoss", "step"].every((field) => Number.isFinite(record[field]));
}

function foreign(why: string): OneheadError {
  return new OneheadError("artifact", `checkpoint: cannot resume: ${why}`);
}
