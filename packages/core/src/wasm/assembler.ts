// A WebAssembly assembler of the instructions that the kernels need, no more. Code nests as in WAT's folded form: operands
// stand within their instruction, `f32x4Add(get(sum), f32x4Mul(get(x), load(at)))`.
// Source of the encoding: WebAssembly Core Specification 2.0, chapter 5

/** Bytes of instructions, nested as they were written. */
export type Code = number | readonly Code[];

/** A function of the module, without a result. */
export interface WasmFunction {
  name: string;
  /** Types of the parameters. */
  parameters: readonly number[];
  /** Types of the locals after the parameters. */
  locals: readonly number[];
  body: Code;
}

export const i32 = 0x7f;
/** Boxed by every call, so not for what a request calls: see `argumentAddress`. */
export const f32 = 0x7d;
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

/** Signed LEB128 of a whole number of 32 bits. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 63 || value < -64; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  bytes.push(value & 0x7f);
  return bytes;
}

const simd = (opcode: number): Code => [0xfd, unsigned(opcode)];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [value, [0x21, local]];

export const constant = (value: number): Code => [0x41, signed(value)];
export const add = (a: Code, b: Code): Code => [a, b, 0x6a];
export const subtract = (a: Code, b: Code): Code => [a, b, 0x6b];
export const multiply = (a: Code, b: Code): Code => [a, b, 0x6c];
export const and = (a: Code, b: Code): Code => [a, b, 0x71];
export const shiftLeft = (a: Code, bits: number): Code => [a, constant(bits), 0x74];
export const shiftRight = (a: Code, bits: number): Code => [a, constant(bits), 0x76];
export const equal = (a: Code, b: Code): Code => [a, b, 0x46];
export const xor = (a: Code, b: Code): Code => [a, b, 0x73];
export const rotateLeft = (a: Code, bits: number): Code => [a, constant(bits), 0x77];
/** Of numbers without a sign. */
export const lessThan = (a: Code, b: Code): Code => [a, b, 0x49];

export const f32x4Add = (a: Code, b: Code): Code => [a, b, simd(0xe4)];
export const f32x4Sub = (a: Code, b: Code): Code => [a, b, simd(0xe5)];
export const f32x4Mul = (a: Code, b: Code): Code => [a, b, simd(0xe6)];
export const f32x4Div = (a: Code, b: Code): Code => [a, b, simd(0xe7)];
export const f32x4Abs = (a: Code): Code => [a, simd(0xe0)];
export const f32x4Sqrt = (a: Code): Code => [a, simd(0xe3)];
/** b < a ? b : a, one instruction of the processor; a NaN in `a` stays. */
export const f32x4Min = (a: Code, b: Code): Code => [a, b, simd(0xea)];
/** a < b ? b : a; a NaN in `a` stays. */
export const f32x4Max = (a: Code, b: Code): Code => [a, b, simd(0xeb)];
/** All bits of a lane where a < b, none where not or where one is NaN. */
export const f32x4Less = (a: Code, b: Code): Code => [a, b, simd(0x43)];
export const f32x4Splat = (a: Code): Code => [a, simd(0x13)];
export const f32x4Zero: Code = f32x4Splat([0x43, 0, 0, 0, 0]);
export const v128And = (a: Code, b: Code): Code => [a, b, simd(0x4e)];
/** a without the bits of b. */
export const v128AndNot = (a: Code, b: Code): Code => [a, b, simd(0x4f)];
export const v128Or = (a: Code, b: Code): Code => [a, b, simd(0x50)];
/** 1 where any bit is set, else 0. */
export const v128AnyTrue = (a: Code): Code => [a, simd(0x53)];
export const i32x4Splat = (value: number): Code => [constant(value), simd(0x11)];
export const i32x4Add = (a: Code, b: Code): Code => [a, b, simd(0xae)];
export const i32x4ShiftLeft = (a: Code, bits: number): Code => [a, constant(bits), simd(0xab)];
export const i32x4ShiftRight = (a: Code, bits: number): Code => [a, constant(bits), simd(0xad)];
/** The four or eight lower or upper whole numbers with a sign, twice as wide. */
export const i16x8ExtendLow = (a: Code): Code => [a, simd(0x87)];
export const i16x8ExtendHigh = (a: Code): Code => [a, simd(0x88)];
export const i32x4ExtendLow = (a: Code): Code => [a, simd(0xa7)];
export const i32x4ExtendHigh = (a: Code): Code => [a, simd(0xa8)];
export const f32x4FromInt = (a: Code): Code => [a, simd(0xfa)];
/** All bits of a lane where a > b, none where not or where one is NaN. */
export const f32x4Greater = (a: Code, b: Code): Code => [a, b, simd(0x44)];

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
  store(address: Code, value: Code, offset?: number): Code;
}

export const four: Width = {
  lanes: 4,
  load: (address, offset = 0) => [address, simd(0x00), alignment, unsigned(offset)],
  store: (address, value, offset = 0) => [address, value, simd(0x0b), alignment, unsigned(offset)],
};

export const one: Width = {
  lanes: 1,
  load: (address, offset = 0) => [address, simd(0x5c), alignment, unsigned(offset)],
  store: (address, value, offset = 0) => [address, value, simd(0x5a), alignment, unsigned(offset), 0],
};

/** One float32 in all four lanes. */
export const loadSplat = (address: Code, offset = 0): Code => [address, simd(0x09), alignment, unsigned(offset)];

export const load32 = (address: Code, offset = 0): Code => [address, 0x28, alignment, unsigned(offset)];
export const store32 = (address: Code, value: Code, offset = 0): Code => [
  address,
  value,
  0x36,
  alignment,
  unsigned(offset),
];

/** Calls function `index` of the module. */
export const call = (index: number, ...values: Code[]): Code => [values, 0x10, unsigned(index)];

/** Runs `body` where `condition` is not 0, else `otherwise`. */
export const when = (condition: Code, body: Code, otherwise?: Code): Code => [
  condition,
  0x04,
  noResult,
  body,
  otherwise === undefined ? [] : [0x05, otherwise],
  end,
];

/** Runs `body` as often as the local `counter` says, which ends as 0. */
export const countDown = (counter: number, body: Code): Code => {
  const decremented: Code = [get(counter), constant(1), 0x6b, 0x22, counter];
  return when(get(counter), [0x03, noResult, body, decremented, 0x0d, 0, end]);
};

/** Runs `body`, and from its start whenever `repeat` is reached, so many blocks within it. */
export const again = (body: Code): Code => [0x03, noResult, body, end];
export const repeat = (depth: number): Code => [0x0c, depth];

/** Runs `body` until it has made the local `counter` 0. */
export const whileNotZero = (counter: number, body: Code): Code =>
  when(get(counter), [0x03, noResult, body, get(counter), 0x0d, 0, end]);

/**
 * A module that imports its memory as "m" "m", puts `data` at its address 0 and exports the functions by name, but not those that
 * have none.
 */
export function assemble(functions: readonly WasmFunction[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const indices = [...functions.keys()];
  const types = functions.map(({ parameters }) => [0x60, vector(parameters), 0]);
  const memory = [text("m"), text("m"), 2, 0, 1];
  const exported = indices
    .filter((index) => functions[index].name !== "")
    .map((index) => [text(functions[index].name), 0, unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const bytes = flat([vector(runsOf(locals)), body, end]);
    return [unsigned(bytes.length), bytes];
  });
  return Uint8Array.from(
    flat([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, types),
      section(2, [memory]),
      section(
        3,
        indices.map((index) => unsigned(index)),
      ),
      section(7, exported),
      section(10, bodies),
      section(11, [[0, constant(0), end, vector([...data])]]),
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

/** Types of locals as so many of the same one after the other. */
function runsOf(types: readonly number[]): Array<[count: number, type: number]> {
  const runs: Array<[number, number]> = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  return runs;
}

/** Into one array. What is read right after it was set stays on the stack as it is set. */
function flat(code: Code): number[] {
  const bytes: number[] = [];
  let justSet: Code = -1;
  const append = (part: Code): void => {
    if (typeof part === "number") {
      bytes.push(part);
      justSet = -1;
      return;
    }
    const [opcode, local] = part;
    if (opcode === 0x20 && local === justSet) {
      bytes[bytes.length - 2] = 0x22;
      justSet = -1;
      return;
    }
    for (const inner of part) append(inner);
    if (opcode === 0x21) justSet = local;
  };
  append(code);
  return bytes;
}
