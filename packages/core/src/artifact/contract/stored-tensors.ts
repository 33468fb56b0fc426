import { hashBytes } from "../../hash/hash-string.js";

/** A tensor as a file has it, bytes and all. */
export interface StoredTensor {
  dtype: string;
  shape: number[];
  bytes: Uint8Array;
}

/** The tensors of an artifact's file, before anything is checked. */
export function storedTensors(file: Uint8Array): Map<string, StoredTensor> {
  const { header, data } = parts(file);
  return new Map(
    Object.entries(header).flatMap(([name, entry]) => {
      if (name === "__metadata__") return [];
      const {
        dtype,
        shape,
        data_offsets: offsets,
      } = entry as { dtype: string; shape: number[]; data_offsets: number[] };
      return [[name, { dtype, shape, bytes: data.slice(offsets[0], offsets[1]) }] as const];
    }),
  );
}

/** The same artifact with other tensors, whatever they are, under a checksum that holds: what somebody else may have written. */
export function withStoredTensors(
  file: Uint8Array,
  tensors: ReadonlyMap<string, StoredTensor>,
): Uint8Array<ArrayBuffer> {
  const { header } = parts(file);
  const metadata = header["__metadata__"] as Record<string, string>;
  const sign = (checksum: string): Uint8Array<ArrayBuffer> => {
    let offset = 0;
    const entries = [...tensors].map(([name, { dtype, shape, bytes }]) => {
      const start = offset;
      offset += bytes.length;
      return [name, { dtype, shape, data_offsets: [start, offset] }] as const;
    });
    const own = { __metadata__: { ...metadata, checksum }, ...Object.fromEntries(entries) };
    const json = new TextEncoder().encode(JSON.stringify(own));
    const out = new Uint8Array(8 + json.length + offset);
    new DataView(out.buffer).setUint32(0, json.length, true);
    out.set(json, 8);
    let at = 8 + json.length;
    for (const { bytes } of tensors.values()) {
      out.set(bytes, at);
      at += bytes.length;
    }
    return out;
  };
  return sign(hashBytes(sign("00000000")).toString(16).padStart(8, "0"));
}

function parts(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, unknown>;
  return { header, data: file.subarray(8 + length) };
}
