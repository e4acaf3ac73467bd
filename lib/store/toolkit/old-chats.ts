import type { Kysely } from 'kysely';
import type { ChatType, StoreTables } from '../tables/schema.js';
import { asNumber } from '../values.js';
import type { OldTables } from './old-tables.js';

/** A chat of the toolkit, as TelePi knows it. */
export interface KnownChat {
  /** Marked id. */
  readonly chatId: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
}

/** By the toolkit's chat_id: the chat, or why nobody can say which one is meant. */
export type OldChats = ReadonlyMap<string, KnownChat | string>;

const TYPES: Readonly<Record<string, ChatType>> = {
  user: 'private',
  group: 'group',
  supergroup: 'supergroup',
  channel: 'channel',
};

/** Marked ids of channels and supergroups begin below it. */
const CHANNELS = -1_000_000_000_000;

/**
 * Which chats the toolkit's ids mean. It stored what stood behind `--chat-id`: mostly the marked id that its own list
 * shows (Telethon's), but a bare one works there too once the chat is known, and a positive id may then be anything.
 */
export async function oldChats(
  old: Kysely<OldTables>,
  db: Kysely<StoreTables>,
  accountId: number,
): Promise<OldChats> {
  const found = new Map<string, KnownChat | string>();
  const listed = await old
    .selectFrom('chats')
    .select(['chat_id', 'chat_name', 'chat_type', 'chat_username'])
    .execute();
  const rows = new Map(listed.map((row) => [String(row.chat_id), row]));
  const named = await old
    .selectFrom('messages')
    .select(['chat_id', (row) => row.fn.max('chat_name').as('chat_name')])
    .groupBy('chat_id')
    .execute();
  const names = new Map(named.map((row) => [String(row.chat_id), row.chat_name]));
  const marked = await knownIds(db, accountId);
  for (const id of new Set([...rows.keys(), ...names.keys()])) {
    const row = rows.get(id);
    const title = row?.chat_name ?? names.get(id) ?? undefined;
    const type = row && TYPES[row.chat_type];
    const chatId = await markedId(old, Number(id), { type, accountId, marked });
    if (typeof chatId === 'string') {
      found.set(id, title === undefined ? chatId : `${chatId} ("${title}")`);
      continue;
    }
    const username = row?.chat_username?.replace(/^@/, '') || undefined;
    found.set(id, {
      chatId,
      type: type ?? typeOf(chatId),
      ...(title !== undefined && { title }),
      ...(username !== undefined && { username }),
    });
  }
  return found;
}

function typeOf(chatId: number): ChatType {
  if (chatId > 0) return 'private';
  return chatId < CHANNELS ? 'unknown' : 'group';
}

async function markedId(
  old: Kysely<OldTables>,
  id: number,
  known: {
    readonly type: ChatType | undefined;
    readonly accountId: number;
    readonly marked: ReadonlySet<number>;
  },
): Promise<number | string> {
  if (!Number.isSafeInteger(id) || id === 0) {
    return 'the toolkit was given the chat by its name, and stored 0 as its id';
  }
  if (id < 0) return id;
  const { type, accountId, marked } = known;
  if (type === 'private') return id;
  if (type === 'group') return -id;
  if (type !== undefined) return CHANNELS - id;
  const candidates = [id, -id, CHANNELS - id].filter((each) => marked.has(each));
  if (candidates.length === 1) return candidates[0] ?? id;
  return bySenders(old, id, accountId);
}

/** In a private chat nobody writes but the two; a channel's posts are the channel's own. */
async function bySenders(old: Kysely<OldTables>, id: number, accountId: number): Promise<number | string> {
  const senders = await old
    .selectFrom('messages')
    .select('sender_id')
    .distinct()
    .where('chat_id', '=', id)
    .where('sender_id', 'is not', null)
    .limit(20)
    .execute();
  const ids = senders.map(({ sender_id }) => Number(sender_id));
  if (ids.includes(CHANNELS - id)) return CHANNELS - id;
  if (ids.every((each) => each === id || each === accountId)) return id;
  return `the id ${id} is without its mark, and may be a group's or a channel's: list the account's chats with telepi chats, scan this one, and import again`;
}

async function knownIds(db: Kysely<StoreTables>, accountId: number): Promise<ReadonlySet<number>> {
  const rows = await db.selectFrom('chats').select('chat_id').where('account_id', '=', accountId).execute();
  return new Set(rows.map(({ chat_id }) => asNumber(chat_id)));
}
