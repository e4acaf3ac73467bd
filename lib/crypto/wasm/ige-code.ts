import { type Code, type FunctionSpec, op } from './encode.js';

/** How much of a message is processed at once: with the tables, it fits into the processor's nearest cache. */
export const DATA_BYTES = 8_192;
/** The layout of the module's memory, in bytes. */
export const LAYOUT = {
  /** Four tables of 256 words, one for each row. */
  tables: 0,
  /** The inverse box, 256 bytes. */
  box: 4_096,
  /** 60 words. */
  roundKeys: 4_352,
  /** The bytes being processed, and the result; each with the preceding block in front. */
  input: 4_608,
  output: 4_608 + DATA_BYTES + 64,
} as const;
export const MEMORY_BYTES = LAYOUT.output + DATA_BYTES;

const ROUNDS = 14;
const [AT, END] = [0, 1] as const;
/** Locals that hold the four words of a block each. */
const [STATE, NEXT] = [2, 6] as const;
const LOCALS = 8;
const WORDS = [0, 1, 2, 3] as const;

/**
 * `decrypt(at, end)`: IGE over whole blocks, from byte `at` of the input up to but not including `end`, into the
 * output. The table lookups of FIPS 197, written out for all fourteen rounds. By the shift of rows, byte j of column i
 * comes from column i - j.
 */
export function decryptFunction(): FunctionSpec {
  const column = (state: number, i: number, j: number): Code => op.get(state + ((i - j) & 3));
  const block: number[] = [];
  for (const i of WORDS)
    block.push(...op.set(STATE + i, op.xor(op.get(STATE + i), input(i), roundKey(0, i))));
  let [from, to]: [number, number] = [STATE, NEXT];
  for (let round = 1; round < ROUNDS; round++) {
    for (const i of WORDS) {
      const looked = WORDS.map((j) => op.load(wordIndex(column(from, i, j), j), LAYOUT.tables + 1024 * j));
      block.push(...op.set(to + i, op.xor(...looked, roundKey(round, i))));
    }
    [from, to] = [to, from];
  }
  for (const i of WORDS) {
    const boxed = WORDS.map((j) =>
      op.shiftLeft(op.loadByte(byteIndex(column(from, i, j), j), LAYOUT.box), 8 * j),
    );
    block.push(...op.set(to + i, op.xor(...boxed, roundKey(ROUNDS, i), inputBefore(i))));
  }
  for (const i of WORDS) {
    block.push(...op.store(op.get(AT), LAYOUT.output + 4 * i, op.get(to + i)));
    block.push(...op.set(STATE + i, op.get(to + i)));
  }
  block.push(...op.set(AT, op.add(op.get(AT), op.constant(16))));
  const begin = WORDS.flatMap((i) => [...op.set(STATE + i, op.load(op.get(AT), LAYOUT.output - 16 + 4 * i))]);
  return {
    name: 'decrypt',
    parameters: 2,
    locals: LOCALS,
    body: [...begin, ...op.loop(block, op.isBelow(op.get(AT), op.get(END)))],
  };
}

function input(i: number): Code {
  return op.load(op.get(AT), LAYOUT.input + 4 * i);
}

function inputBefore(i: number): Code {
  return op.load(op.get(AT), LAYOUT.input - 16 + 4 * i);
}

function roundKey(round: number, i: number): Code {
  return op.load(op.constant(0), LAYOUT.roundKeys + 16 * round + 4 * i);
}

/** Byte j of a word, as an index into a table of bytes. */
function byteIndex(word: Code, j: number): Code {
  const shifted = j === 0 ? word : op.shiftRight(word, 8 * j);
  return j === 3 ? shifted : op.and(shifted, op.constant(255));
}

/** Byte j of a word, as an index into a table of words: four times the byte. */
function wordIndex(word: Code, j: number): Code {
  const shifted = j === 0 ? op.shiftLeft(word, 2) : op.shiftRight(word, 8 * j - 2);
  return op.and(shifted, op.constant(0x3fc));
}
