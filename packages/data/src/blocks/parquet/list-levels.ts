/** The levels of one page, as bytes of the RLE and bit-packing hybrid, without a length before them. */
export interface LevelBytes {
  bytes: Uint8Array;
  count: number;
}

/**
 * Whether every level is `level`, which is what a column without nulls and empty lists says.
 *
 * It is told by runs, not by values: a page of embeddings has some hundred values a row. False does not mean that one differs: some
 * widths are not looked into.
 *
 * Source: apache/parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"
 */
export function isEveryLevel({ bytes, count }: LevelBytes, level: number): boolean {
  const width = 32 - Math.clz32(level);
  if (width > 2) return false;
  // so many bits of the level, over and over
  const packed = width === 1 ? 0xff : level * 0b01010101;
  let at = 0;
  let seen = 0;
  while (seen < count) {
    let header: number;
    [header, at] = readVarInt(bytes, at);
    if ((header & 1) === 0) {
      if (bytes[at++] !== level) return false;
      seen += header >>> 1;
      continue;
    }
    const groups = header >>> 1;
    const end = at + groups * width;
    if (end > bytes.length) return false;
    const whole = Math.min(groups * 8, count - seen);
    for (let i = 0; i < whole; i += 8 / width) {
      const used = whole - i;
      const mask = used >= 8 / width ? 0xff : (1 << (used * width)) - 1;
      if ((bytes[at + (i * width) / 8] & mask) !== (packed & mask)) return false;
    }
    at = end;
    seen += groups * 8;
  }
  return true;
}

/**
 * Lengths of lists, from repetition levels of 0 and 1: a 0 begins a list, a 1 goes on with it.
 *
 * @returns values that go on with the last list of the page before, and the length of every list that begins here; null where
 *   the levels end too early
 * Source: as {@link isEveryLevel}
 */
export function listLengths({ bytes, count }: LevelBytes): { leading: number; lengths: number[] } | null {
  const lengths: number[] = [];
  let leading = 0;
  let open = 0;
  let at = 0;
  let seen = 0;
  const begin = (): void => {
    if (lengths.length === 0) leading = open;
    else lengths[lengths.length - 1] = open;
    lengths.push(0);
    open = 1;
  };
  while (seen < count) {
    let header: number;
    [header, at] = readVarInt(bytes, at);
    if (Number.isNaN(header)) return null;
    if ((header & 1) === 0) {
      const run = Math.min(header >>> 1, count - seen);
      if (bytes[at++] === 0) for (let i = 0; i < run; i++) begin();
      else open += run;
      seen += run;
      continue;
    }
    const end = at + (header >>> 1);
    if (end > bytes.length) return null;
    for (; at < end; at++) {
      const byte = bytes[at];
      const used = Math.min(8, count - seen);
      if (byte === 0xff) open += used;
      else {
        for (let bit = 0; bit < used; bit++) {
          if ((byte >> bit) & 1) open++;
          else begin();
        }
      }
      seen += used;
    }
  }
  if (lengths.length === 0) leading = open;
  else lengths[lengths.length - 1] = open;
  return { leading, lengths };
}

/** An unsigned LEB128 number and where it ends; NaN where the bytes end before. */
function readVarInt(bytes: Uint8Array, from: number): [number, number] {
  let value = 0;
  let at = from;
  for (let shift = 0; shift < 35; shift += 7) {
    if (at >= bytes.length) return [Number.NaN, at];
    const byte = bytes[at++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value >>> 0, at];
  }
  return [Number.NaN, at];
}
