import type { Log } from '../base/log.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import type { FutureSalt } from '../mtproto/salts.js';
import type { KnownChat } from '../telegram/known-chats.js';
import type { SessionStore } from '../telegram/session-store.js';
import { keyIdOf } from '../telegram/session-string.js';
import { asObject, type HintFile, type Json, objectIn, readHints, writeHints } from './hint-file.js';

/** What a run learned of the server that spares the next one of its session some round trips. */
export interface Known {
  /** The home key's server salts. */
  readonly salts: readonly FutureSalt[];
  /** The account's user id. */
  readonly accountId?: number | undefined;
  /** Chats by the words of the settings that led to them. */
  readonly chats: ReadonlyMap<string, KnownChat>;
}

/** How many sessions, and how many chats of each, are remembered: the ones used last. */
const MOST_SESSIONS = 8;
const MOST_CHATS = 100;

/**
 * What the last run of the session with this key in this data directory knew. This is only a hint: whatever can't be
 * read, or is wrong, is learned again.
 */
export async function readKnown(dataDir: string, keyId: string, log: Log): Promise<Known> {
  const own = objectIn(await readHints(fileOf(dataDir, log)), keyId);
  const { salts, accountId } = own;
  return {
    ...(isId(accountId) && { accountId }),
    salts: listOf(salts).flatMap(saltIn),
    chats: chatsIn(objectIn(own, 'chats')),
  };
}

/** As readKnown, of the session in a store; nothing if it is empty. */
export async function knownOf(dataDir: string, store: SessionStore, log: Log): Promise<Known> {
  const text = await store.load();
  const keyId = text === undefined ? undefined : keyIdOf(text);
  return keyId === undefined ? { salts: [], chats: new Map() } : readKnown(dataDir, keyId, log);
}

/** Keeps it: the salts replace those from before, and the chats are added. */
export async function keepKnown(
  dataDir: string,
  keyId: string | undefined,
  { salts, accountId, chats }: Known,
  log: Log,
): Promise<void> {
  if (keyId === undefined) return;
  const { [keyId]: before, ...others } = await readHints(fileOf(dataDir, log));
  const all = new Map(chatsIn(objectIn(asObject(before), 'chats')));
  for (const [word, chat] of chats) {
    all.delete(word);
    all.set(word, chat);
  }
  const own = {
    accountId,
    salts: salts.map(({ salt, ...times }) => ({ ...times, salt: String(salt) })),
    chats: Object.fromEntries(
      [...all]
        .slice(-MOST_CHATS)
        .map(([word, { accessHash, ...chat }]) => [word, { ...chat, accessHash: String(accessHash) }]),
    ),
  };
  const kept = [...Object.entries(others).slice(1 - MOST_SESSIONS), [keyId, own]];
  await writeHints(fileOf(dataDir, log), `${JSON.stringify(Object.fromEntries(kept))}\n`);
}

/** Keeps whose session it is. */
export async function keepAccount(
  dataDir: string,
  keyId: string | undefined,
  accountId: number,
  log: Log,
): Promise<void> {
  if (keyId === undefined) return;
  const known = await readKnown(dataDir, keyId, log);
  if (known.accountId !== accountId) await keepKnown(dataDir, keyId, { ...known, accountId }, log);
}

function fileOf(dataDir: string, log: Log): HintFile {
  return { dataDir, name: 'known.json', log };
}

function chatsIn(chats: Json): Map<string, KnownChat> {
  const entries = Object.entries(chats).flatMap(([word, value]): [string, KnownChat][] => {
    const { id, accessHash, isChannel } = asObject(value);
    const hash = longIn(accessHash);
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id >= -CHANNEL_MARK || hash === undefined)
      return [];
    return [[word, { id, accessHash: hash, isChannel: isChannel === true }]];
  });
  return new Map(entries);
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function saltIn(value: unknown): FutureSalt[] {
  const { validSince, validUntil, salt } = asObject(value);
  const number = longIn(salt);
  if (typeof validSince !== 'number' || typeof validUntil !== 'number' || number === undefined) return [];
  return [{ validSince, validUntil, salt: number }];
}

/** A signed 64-bit number, which JSON has as a string. */
function longIn(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^-?\d{1,19}$/.test(value)) return undefined;
  const number = BigInt(value);
  return number === BigInt.asIntN(64, number) ? number : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
