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
  const checksum = checksumOf(members, tensors);
  return writeSafetensors({ format, fingerprint: checkpoint.fingerprint, members, checksum }, tensors);
}

/**
 * Reads a checkpoint of this very run.
 *
 * @throws OneheadError "artifact" when the file is damaged, or belongs to other data, settings or another version
 */
export function parseCheckpoint(bytes: Uint8Array, fingerprint: string): Checkpoint {
  const { metadata, tensors } = parseSafetensors(bytes);
  if (metadata["format"] !== format) throw foreign(`format is ${String(metadata["format"])}, expected ${format}`);
  if (metadata["fingerprint"] !== fingerprint) throw foreign("it belongs to other data, settings or another version");
  if (metadata["checksum"] !== checksumOf(metadata["members"] ?? "", tensors)) {
    throw foreign("its checksum does not match: it is damaged");
  }
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

/** Hash of the counters and of every tensor's name and bytes. */
function checksumOf(counters: string, tensors: ReadonlyMap<string, Tensor>): string {
  let hash = hashString(counters);
  for (const name of [...tensors.keys()].sort()) {
    const { buffer, byteOffset, byteLength } = (tensors.get(name) as Tensor).data;
    hash = hashBytes(new Uint8Array(buffer, byteOffset, byteLength), hashString(name, hash));
  }
  return hash.toString(16).padStart(8, "0");
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
