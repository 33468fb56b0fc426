// A WebAssembly assembler of the instructions that the row kernels need, no more. Code nests as in WAT's folded form: operands
// stand within their instruction, `f32x4Add(get(sum), f32x4Mul(get(x), load(at)))`.
// Source of the encoding: WebAssembly Core Specification 2.0, chapter 5

/** Bytes of instructions, nested as they were written. */
export type Code = number | readonly Code[];

/** A function of the module: i32 parameters, no result. */
export interface WasmFunction {
  name: string;
  parameters: number;
  /** Types of the locals after the parameters. */
  locals: readonly number[];
  body: Code;
}

export const i32 = 0x7f;
export const v128 = 0x7b;
const end = 0x0b;
const noResult = 0x40;

/** A float32 stands at any multiple of 4 bytes, vectors too. */
const alignment = 2;

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value);
  return bytes;
}

const simd = (opcode: number): Code => [0xfd, unsigned(opcode)];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [value, 0x21, local];

/** @param value from 0 to 63, which signed LEB128 writes as one byte */
export const constant = (value: number): Code => [0x41, value];
export const add = (a: Code, b: Code): Code => [a, b, 0x6a];
export const and = (a: Code, b: Code): Code => [a, b, 0x71];
export const shiftLeft = (a: Code, bits: number): Code => [a, constant(bits), 0x74];
export const shiftRight = (a: Code, bits: number): Code => [a, constant(bits), 0x76];

export const f32Add = (a: Code, b: Code): Code => [a, b, 0x92];
export const f32x4Add = (a: Code, b: Code): Code => [a, b, simd(0xe4)];
export const f32x4Mul = (a: Code, b: Code): Code => [a, b, simd(0xe6)];
export const f32x4Lane = (a: Code, lane: number): Code => [a, simd(0x1f), lane];
export const f32x4Splat = (a: Code): Code => [a, simd(0x13)];
export const f32x4Zero: Code = f32x4Splat([0x43, 0, 0, 0, 0]);

/** Four lanes of the eight of a and b. */
export const f32x4Shuffle = (a: Code, b: Code, lanes: readonly number[]): Code => [
  a,
  b,
  simd(0x0d),
  lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];

/** Reads or writes 4, 2 or 1 float32 at an address; lanes that are not read are 0. */
export interface Width {
  lanes: 1 | 2 | 4;
  load(address: Code, offset?: number): Code;
  store(address: Code, value: Code): Code;
}

export const four: Width = {
  lanes: 4,
  load: (address, offset = 0) => [address, simd(0x00), alignment, unsigned(offset)],
  store: (address, value) => [address, value, simd(0x0b), alignment, 0],
};

export const two: Width = {
  lanes: 2,
  load: (address, offset = 0) => [address, simd(0x5d), alignment, unsigned(offset)],
  store: (address, value) => [address, value, simd(0x5b), alignment, 0, 0],
};

export const one: Width = {
  lanes: 1,
  load: (address, offset = 0) => [address, simd(0x5c), alignment, unsigned(offset)],
  store: (address, value) => [address, value, simd(0x5a), alignment, 0, 0],
};

/** One float32 in all four lanes. */
export const loadSplat = (address: Code, offset: number): Code => [address, simd(0x09), alignment, unsigned(offset)];

/** Runs `body` where `condition` is not 0. */
export const when = (condition: Code, body: Code): Code => [condition, 0x04, noResult, body, end];

/** Runs `body` as often as the local `counter` says, which ends as 0. */
export const countDown = (counter: number, body: Code): Code => {
  const decremented: Code = [get(counter), constant(1), 0x6b, 0x22, counter];
  return when(get(counter), [0x03, noResult, body, decremented, 0x0d, 0, end]);
};

/** A module that imports its memory as "m" "m" and exports the functions by name. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const indices = [...functions.keys()];
  const types = functions.map(({ parameters }) => [0x60, vector(new Array<Code>(parameters).fill(i32)), 0]);
  const memory = [text("m"), text("m"), 2, 0, 1];
  const exported = indices.map((index) => [text(functions[index].name), 0, index]);
  const bodies = functions.map(({ locals, body }) => {
    const bytes = flat([vector(locals.map((type) => [1, type])), body, end]);
    return [unsigned(bytes.length), bytes];
  });
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, types),
      section(2, [memory]),
      section(3, indices),
      section(7, exported),
      section(10, bodies),
    ]),
  );
}

function section(id: number, items: readonly Code[]): Code {
  const bytes = flat(vector(items));
  return [id, unsigned(bytes.length), bytes];
}

function vector(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function text(value: string): Code {
  return vector([...value].map((letter) => letter.charCodeAt(0)));
}

/** Into one array as it goes: flatMap takes several times as long, which a command's start would feel. */
function flat(code: Code, bytes: number[] = []): number[] {
  if (typeof code === "number") bytes.push(code);
  else for (const part of code) flat(part, bytes);
  return bytes;
}
