import type { Kysely } from 'kysely';
import { type StoreWriter, storeWriter } from '../store-writer.js';
import type { StoreTables } from '../tables/schema.js';

type Calls = Omit<StoreWriter, 'keep' | 'close'>;

/** The calls of the store's writer. */
export type Call = keyof Calls;

/** A call, with the machine that made it and the time at which it did. */
export interface Entry<Name extends Call = Call> {
  readonly host: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly call: Name;
  readonly args: Parameters<Calls[Name]>;
}

/** How many rows a call is about, as people count them. */
const ROWS: { readonly [Name in Call]: (...args: Parameters<Calls[Name]>) => number } = {
  saveAccount: () => 1,
  saveChats: (_, chats) => chats.length,
  savePeople: (_, people) => people.length,
  saveTopics: (_, topics) => topics.length,
  saveMessages: (_, messages) => messages.length,
  noteScan: () => 1,
  noteDownload: () => 1,
  noteFound: () => 1,
  noteCopy: () => 1,
  forgetCopy: () => 1,
  noteFiles: (notes) => notes.reduce((sum, note) => sum + ('attempt' in note && note.attempt ? 2 : 1), 0),
  logAction: () => 1,
};

export function rowsOf<Name extends Call>({ call, args }: Entry<Name>): number {
  return ROWS[call](...args);
}

/**
 * Makes the call in the database. `isLate`: it happened a while ago, and others may have written since.
 */
export function perform<Name extends Call>(
  db: Kysely<StoreTables>,
  { host, at, call, args }: Entry<Name>,
  isLate: boolean,
): ReturnType<Calls[Name]> {
  const calls: Calls = storeWriter(db, { host, clock: { now: () => at }, isLate });
  const made = calls[call] as (...all: Parameters<Calls[Name]>) => ReturnType<Calls[Name]>;
  return made(...args);
}

/** As one line of JSON; bytes and 64-bit numbers, which JSON has no form for, are marked. */
export function entryText(entry: Entry): string {
  return JSON.stringify(entry, function (this: Record<string, unknown>, key: string, value: unknown) {
    // JSON.stringify has turned a Buffer into an object of numbers by now.
    const own = this[key];
    if (Buffer.isBuffer(own)) return { [BYTES]: own.toString('base64') };
    return typeof value === 'bigint' ? { [BIGINT]: String(value) } : value;
  });
}

const BYTES = '$bytes';
const BIGINT = '$bigint';

/** Undefined for a line that isn't an entry. */
export function entryOf(line: unknown): Entry | undefined {
  const { host, at, call, args } = (line ?? {}) as Partial<Entry>;
  const isEntry =
    typeof host === 'string' &&
    typeof at === 'number' &&
    typeof call === 'string' &&
    Object.hasOwn(ROWS, call) &&
    Array.isArray(args);
  return isEntry ? (line as Entry) : undefined;
}

/** A line of JSON with what entryText has marked; undefined when it isn't JSON. */
export function lineOf(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null) return value;
      const { [BYTES]: bytes, [BIGINT]: bigint } = value as Record<string, unknown>;
      if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
      return typeof bigint === 'string' ? BigInt(bigint) : value;
    });
  } catch {
    return undefined;
  }
}
