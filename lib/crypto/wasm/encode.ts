/** Bytes of WebAssembly, as a flat list of numbers: instructions are written where their value is used. */
export type Code = readonly number[];

/** The instructions that the ciphers are made of (WebAssembly Core Specification 5.4). All values are i32. */
export const op = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)],
  /** A word at `address` + `offset`. */
  load: (address: Code, offset: number): Code => [...address, 0x28, 2, ...unsigned(offset)],
  loadByte: (address: Code, offset: number): Code => [...address, 0x2d, 0, ...unsigned(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x36,
    2,
    ...unsigned(offset),
  ],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  xor: (...values: readonly Code[]): Code =>
    values.flatMap((value, index) => (index === 0 ? value : [...value, 0x73])),
  shiftLeft: (value: Code, bits: number): Code => [...value, ...op.constant(bits), 0x74],
  shiftRight: (value: Code, bits: number): Code => [...value, ...op.constant(bits), 0x76],
  isBelow: (a: Code, b: Code): Code => [...a, ...b, 0x49],
  /** Repeats `body` as long as `condition`, evaluated after it, is not 0. */
  loop: (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b],
};

export interface FunctionSpec {
  readonly name: string;
  /** All i32. Locals are numbered after them. */
  readonly parameters: number;
  readonly locals: number;
  readonly body: Code;
}

const I32 = 0x7f;
const PAGE_BYTES = 65_536;

/** A module that exports these functions, which return nothing, and `memory`, of at least `memoryBytes` bytes. */
export function encodeModule(functions: readonly FunctionSpec[], memoryBytes: number): Uint8Array {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(Array.from({ length: parameters }, () => [I32])),
    0,
  ]);
  const exports = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]);
  const bodies = functions.map(({ locals, body }) => sized([1, ...unsigned(locals), I32, ...body, 0x0b]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(5, list([[0, ...unsigned(Math.ceil(memoryBytes / PAGE_BYTES))]])),
    ...section(7, list([...exports, [...text('memory'), 2, 0]])),
    ...section(10, list(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function text(value: string): Code {
  return sized([...Buffer.from(value)]);
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
