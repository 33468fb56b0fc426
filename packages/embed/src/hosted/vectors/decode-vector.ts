/**
 * One vector of an answer: an array of numbers, or base64 of little-endian float32.
 *
 * @returns (dimensions), or what is wrong with it in words
 */
export function decodeVector(raw: unknown, dimensions: number | null): Float32Array | string {
  const vector = typeof raw === "string" ? fromBase64(raw) : fromNumbers(raw);
  if (typeof vector === "string") return vector;
  if (dimensions !== null && vector.length !== dimensions) {
    return `${vector.length} dimensions, expected ${dimensions}`;
  }
  if (vector.length === 0) return "no dimensions, expected at least 1";
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  return bad < 0 ? vector : `${vector[bad]} at ${bad}, expected a finite number`;
}

function fromNumbers(raw: unknown): Float32Array | string {
  if (!Array.isArray(raw)) return `${raw === null ? "null" : typeof raw}, expected numbers or base64`;
  const bad = raw.findIndex((value) => typeof value !== "number");
  if (bad >= 0) return `${raw[bad] === null ? "null" : typeof raw[bad]} at ${bad}, expected a number`;
  return Float32Array.from(raw as number[]);
}

function fromBase64(text: string): Float32Array | string {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return `${text.length} characters that are not base64`;
  }
  if (binary.length % 4 !== 0) return `${binary.length} bytes, expected a multiple of 4`;
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  // the wire is little-endian, whatever this machine is
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
