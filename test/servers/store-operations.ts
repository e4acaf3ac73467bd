import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import type { PostDocument } from '../../lib/messages/document/document.js';
import type { StoreWriter } from '../../lib/store/store-writer.js';
import type { FileCopy } from '../../lib/store/tables/file-copies.js';
import type { FileNote } from '../../lib/store/tables/note-files.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { asTime } from '../../lib/store/times.js';
import { asBytes } from '../../lib/store/values.js';

/** Something that a command notes; small numbers, so that many are about the same. */
export interface Operation {
  readonly what:
    | 'account'
    | 'chats'
    | 'people'
    | 'topics'
    | 'messages'
    | 'scan'
    | 'download'
    | 'copy'
    | 'forget'
    | 'files'
    | 'action';
  readonly ids: readonly number[];
  readonly word: string;
}

const WHATS = [
  'account',
  'chats',
  'people',
  'topics',
  'messages',
  'scan',
  'download',
  'copy',
  'forget',
  'files',
  'action',
] as const;

export const operation: fc.Arbitrary<Operation> = fc.record({
  what: fc.constantFrom(...WHATS, 'messages', 'messages', 'people'),
  ids: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  word: fc.constantFrom('a', 'b', 'Zażółć 💥', 'c'),
});

const ACCOUNT = 777;
const CHAT = { accountId: ACCOUNT, chatId: -1_001_234_567_890 };
const BEGIN = 1_700_000_000_000;

/** When the operation of an index happens, in milliseconds since the epoch. */
export function timeOf(index: number): number {
  return BEGIN + index * 1000;
}

/** Does the operation of an index: the same each time. */
export async function operate(
  writer: StoreWriter,
  { what, ids, word }: Operation,
  index: number,
): Promise<void> {
  const [id = 0] = ids;
  const entryId = createHash('sha256').update(String(index)).digest('hex').slice(0, 32);
  switch (what) {
    case 'account':
      return writer.saveAccount({ accountId: ACCOUNT, name: word, isBot: false });
    case 'chats':
      return writer.saveChats(
        ACCOUNT,
        [CHAT.chatId, ...ids].map((chatId) => ({ chatId, type: 'channel' as const, title: word })),
      );
    case 'people':
      return writer.savePeople(
        ACCOUNT,
        ids.map((personId) => ({ personId, name: word })),
      );
    case 'topics':
      return writer.saveTopics(
        CHAT,
        ids.map((topicId) => ({ topicId, title: word })),
      );
    case 'messages': {
      const messages = ids.map((each) => ({
        document: post(each, word),
        raw: { tl: Buffer.from(`${each} ${word}`), layer: 227 },
      }));
      return void (await writer.saveMessages(CHAT, messages));
    }
    case 'scan':
      return writer.noteScan(CHAT, { at: timeOf(index), lastMessageId: id });
    case 'download':
      return writer.noteDownload(CHAT, downloadOf(entryId, { ids, word }, index));
    case 'copy':
      return writer.noteCopy(copyOf(id, index));
    case 'forget':
      return writer.forgetCopy('one', `/files/${id}`);
    case 'files':
      return void (await writer.noteFiles(notesOf({ ids, word }, index)));
    case 'action': {
      const action = { action: 'download', state: 'completed', userName: word } as const;
      return writer.logAction({ ...action, entryId, accountId: ACCOUNT, arguments: { word } });
    }
  }
}

/** Of several files, some of which have one path and some one attempt. */
export function notesOf({ ids, word }: Pick<Operation, 'ids' | 'word'>, index: number): FileNote[] {
  return ids.flatMap((id): FileNote[] => {
    const entryId = createHash('sha256')
      .update(`${index} ${id % 3}`)
      .digest('hex')
      .slice(0, 32);
    const path = `/files/${(id * index) % 5}`;
    return [
      { kind: 'download', chat: CHAT, download: downloadOf(entryId, { ids: [id], word }, index) },
      id % 2 === 0 ? { kind: 'forget', host: 'one', path } : { kind: 'copy', copy: copyOf(id, index) },
    ];
  });
}

function downloadOf(
  entryId: string,
  { ids: [id = 0], word }: Pick<Operation, 'ids' | 'word'>,
  index: number,
) {
  const isDone = word !== 'c';
  return {
    entryId,
    messageId: id,
    status: isDone ? ('success' as const) : ('failed' as const),
    startedAt: timeOf(index) - 500,
    endedAt: timeOf(index),
    ...(isDone ? { path: `/files/${word}`, sha256: entryId + entryId, bytes: id } : { error: word }),
  };
}

function copyOf(id: number, index: number): FileCopy {
  return {
    ...{ ...CHAT, host: 'one', path: `/files/${id}`, mediaId: BigInt(-id), messageId: id, size: id },
    ...{ state: 'there', savedAt: timeOf(index) },
  };
}

function post(id: number, text: string): PostDocument {
  const reference = {
    ...{ source: 'document', id: String(-id), accessHash: '-9', dc: 2, size: 5_000_000_000 },
    ...{ mime: 'video/mp4', name: `${text}.mp4`, fileReference: 'AQ==' },
  } as const;
  return {
    ...{
      version: 1,
      id,
      chat: CHAT.chatId,
      date: 1_388_534_400 + id,
      author: 42,
      kind: 'message',
      flags: {},
    },
    ...{ text, entities: [], media: { kind: 'video', file: { reference, date: 1_388_534_400 } } },
  } as unknown as PostDocument;
}

const TABLES = [
  'accounts',
  'people',
  'former_names',
  'chats',
  'topics',
  'messages',
  'versions',
  'changes',
  'media',
  'download_log',
  'file_copies',
  'action_log',
  'action_heads',
] as const satisfies readonly (keyof StoreTables)[];

/** Everything in the archive's tables, times and hashes included, in one form for every database. */
export async function contentOf(db: Kysely<StoreTables>): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const table of TABLES) {
    const rows: Record<string, unknown>[] = await db.selectFrom(table).selectAll().execute();
    content[table] = rows.map((row) => JSON.stringify(Object.entries(row).map(plainValue).sort())).sort();
  }
  return content;
}

function plainValue([column, value]: readonly [string, unknown]): string {
  const isBytes = Buffer.isBuffer(value) || value instanceof ArrayBuffer;
  if (typeof value === 'string' && /date(?:time)?$/.test(column)) return `${column} ${asTime(value)}`;
  return `${column} ${isBytes ? asBytes(value).toString('hex') : String(value)}`;
}

/** Empties the archive's tables. */
export async function empty(db: Kysely<StoreTables>): Promise<void> {
  for (const table of [...TABLES, 'sequences'] as const) await db.deleteFrom(table).execute();
}
