import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asNumber, chunked, clipped } from '../values.js';
import type { ChatType, StoreTables } from './schema.js';
import { lockSequence } from './sequence.js';
import type { ChatKey, Writer } from './writer.js';

const NAME_LENGTH = 255;

function nameColumn(name: string | undefined): string | null {
  return name === undefined ? null : clipped(name, NAME_LENGTH);
}

/** The account that is signed in. */
export interface AccountToSave {
  readonly accountId: number;
  readonly name?: string;
  readonly username?: string;
  readonly isBot: boolean;
}

export async function saveAccount(
  db: Kysely<StoreTables>,
  { host, clock }: Writer,
  { accountId, name, username, isBot }: AccountToSave,
): Promise<void> {
  const row = {
    account_id: accountId,
    name: nameColumn(name),
    username: nameColumn(username),
    is_bot: isBot ? 1 : 0,
    saved_datetime: timeText(clock.now()),
    host,
  };
  await transact(db, (tx) =>
    upsert(tx, 'accounts', [row], {
      keys: ['account_id'],
      updated: ['name', 'username', 'is_bot', 'saved_datetime', 'host'],
    }),
  );
}

/** A chat as it is called now. */
export interface ChatToSave {
  readonly chatId: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
}

export async function saveChats(
  db: Kysely<StoreTables>,
  { host }: Writer,
  accountId: number,
  chats: readonly ChatToSave[],
): Promise<void> {
  const rows = chats.map(({ chatId, type, title, username }) => ({
    account_id: accountId,
    chat_id: chatId,
    chat_type: type,
    title: nameColumn(title),
    username: nameColumn(username),
    host,
  }));
  await transact(db, async (tx) => {
    for (const chunk of chunked(rows)) {
      await upsert(tx, 'chats', chunk, {
        keys: ['account_id', 'chat_id'],
        updated: ['chat_type', 'title', 'username', 'host'],
      });
    }
  });
}

/** Notes that a chat's history was read to its end, at a time in milliseconds since the epoch. The chat is known. */
export async function noteScan(
  db: Kysely<StoreTables>,
  { host }: Writer,
  { accountId, chatId }: ChatKey,
  { at, lastMessageId }: { readonly at: number; readonly lastMessageId: number },
): Promise<void> {
  await transact(db, (tx) =>
    tx
      .updateTable('chats')
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .set({ last_scan_datetime: timeText(at), last_message_id: lastMessageId, host })
      .execute(),
  );
}

/** A person, or a chat that writes as itself, as it is called now. */
export interface PersonToSave {
  /** Marked id. */
  readonly personId: number;
  readonly name?: string;
  readonly username?: string;
}

/** Saves what people are called; a name that they had before is kept, with the times between which it was theirs. */
export async function savePeople(
  db: Kysely<StoreTables>,
  { host, clock }: Writer,
  accountId: number,
  people: readonly PersonToSave[],
): Promise<void> {
  const now = timeText(clock.now());
  await transact(db, async (tx) => {
    // One process decides at a time: which names are new depends on which are there.
    await lockSequence(tx, `people ${accountId}`);
    for (const chunk of chunked(people)) {
      const rows = await tx
        .selectFrom('people')
        .selectAll()
        .where('account_id', '=', accountId)
        .where(
          'person_id',
          'in',
          chunk.map(({ personId }) => personId),
        )
        .execute();
      const known = new Map(rows.map((row) => [asNumber(row.person_id), row]));
      for (const { personId, ...names } of chunk) {
        const row = known.get(personId);
        const present = { name: nameColumn(names.name), username: nameColumn(names.username) };
        if (row && row.name === present.name && row.username === present.username) continue;
        if (row) {
          const { seq } = await tx
            .selectFrom('former_names')
            .where('account_id', '=', accountId)
            .where('person_id', '=', personId)
            .select((each) => each.fn.max('seq').as('seq'))
            .executeTakeFirstOrThrow();
          const next = seq === null ? 1 : asNumber(seq) + 1;
          await tx
            .insertInto('former_names')
            .values({ ...row, seq: next, until_datetime: now, host })
            .execute();
        }
        const person = { account_id: accountId, person_id: personId, ...present, named_datetime: now, host };
        await upsert(tx, 'people', [person], {
          keys: ['account_id', 'person_id'],
          updated: ['name', 'username', 'named_datetime', 'host'],
        });
      }
    }
  });
}
