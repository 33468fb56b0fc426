import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * The files of a zip archive below 4 GB (stored or deflated), by name, each unpacked when it is asked for.
 *
 * @param {string} path
 * @returns {Generator<{name: string, read: () => Buffer}>}
 * Source: PKWARE APPNOTE 6.3.10, §4.3
 */
export function* readZip(path) {
  const bytes = readFileSync(path);
  let end = bytes.length - 22;
  while (end >= 0 && bytes.readUInt32LE(end) !== endOfDirectory) end--;
  if (end < 0) throw new Error(`readZip: no zip directory in ${path}`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== directoryEntry) throw new Error(`readZip: damaged directory in ${path}`);
    const method = bytes.readUInt16LE(at + 10);
    const packedSize = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const localHeader = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    yield { name, read: () => unpack(bytes, localHeader, packedSize, method, `${path}: ${name}`) };
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function unpack(bytes, localHeader, packedSize, method, where) {
  // the local header repeats name and extra field, the latter with a length of its own
  const start = localHeader + 30 + bytes.readUInt16LE(localHeader + 26) + bytes.readUInt16LE(localHeader + 28);
  const packed = bytes.subarray(start, start + packedSize);
  if (method === 0) return packed;
  if (method === 8) return inflateRawSync(packed);
  throw new Error(`readZip: compression ${method} is not supported in ${where}`);
}
