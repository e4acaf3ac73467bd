import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { asNumber, asOptionalNumber, chunked } from '../values.js';
import type { StoreTables } from './schema.js';
import type { ChatKey } from './writer.js';

type Db = Kysely<StoreTables>;

function ofChat(db: Db, { accountId, chatId }: ChatKey) {
  return db.selectFrom('messages').where('account_id', '=', accountId).where('chat_id', '=', chatId);
}

/** Which of these people, by their marked ids, an account knows. */
export async function knownPeople(
  db: Db,
  accountId: number,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const known = new Set<number>();
  for (const chunk of chunked(ids)) {
    const rows = await db
      .selectFrom('people')
      .select('person_id')
      .where('account_id', '=', accountId)
      .where('person_id', 'in', chunk)
      .execute();
    for (const { person_id } of rows) known.add(asNumber(person_id));
  }
  return known;
}

/** Whether some messages of a chat stand in topics, as far as anybody knows. */
export async function hasTopics(db: Db, chat: ChatKey): Promise<boolean> {
  const row = await ofChat(db, chat)
    .select('message_id')
    .where('topic_id', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The topics of messages of a chat, by the messages' ids, as far as they are known. */
export async function topicsOfMessages(
  db: Db,
  chat: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const topics = new Map<number, number>();
  for (const chunk of chunked(ids)) {
    const rows = await ofChat(db, chat)
      .select(['message_id', 'topic_id'])
      .where('message_id', 'in', chunk)
      .execute();
    for (const { message_id, topic_id } of rows) {
      const topic = asOptionalNumber(topic_id);
      if (topic !== undefined) topics.set(asNumber(message_id), topic);
    }
  }
  return topics;
}

/** Whether messages of the group that a supergroup used to be were imported before anybody knew which one it was. */
export async function hasOlderMessages(db: Db, chat: ChatKey): Promise<boolean> {
  const row = await ofChat(db, chat)
    .select('message_id')
    .where('message_id', '<', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A supergroup begins with the note of where it comes from. */
const FIRST = 10;

/** The marked id of the group that a supergroup used to be, if TelePi has read the note that says so. */
export async function groupBefore(db: Db, chat: ChatKey): Promise<number | undefined> {
  const rows = await ofChat(db, chat).select('document').orderBy('message_id').limit(FIRST).execute();
  for (const { document } of rows) {
    const read = JSON.parse(document) as MessageDocument;
    if (read.kind !== 'service' || read.action.kind !== 'migrate_from_group') continue;
    if ('group' in read.action && read.action.group < 0) return read.action.group;
  }
  return undefined;
}
