import type { Kysely, Selectable, Transaction } from 'kysely';
import { transact } from '../repeatable.js';
import { asTime, timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asNumber, chunked, clipped } from '../values.js';
import type { ChatType, PeopleTable, StoreTables } from './schema.js';
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
  { host, clock, isLate = false }: Writer,
  { accountId, name, username, isBot }: AccountToSave,
): Promise<void> {
  const saved = timeText(Math.floor(clock.now()));
  const row = {
    account_id: accountId,
    name: nameColumn(name),
    username: nameColumn(username),
    is_bot: isBot ? 1 : 0,
    saved_datetime: saved,
    host,
  };
  await transact(db, async (tx) => {
    const updated = ['name', 'username', 'is_bot', 'saved_datetime', 'host'] as const;
    await upsert(tx, 'accounts', [row], { keys: ['account_id'], updated: isLate ? [] : updated });
    if (!isLate) return;
    const { account_id, ...columns } = row;
    await tx
      .updateTable('accounts')
      .where('account_id', '=', account_id)
      .where('saved_datetime', '<=', saved)
      .set(columns)
      .execute();
  });
}

/** A chat as it is called now. */
export interface ChatToSave {
  readonly chatId: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
}

/** Saves what chats are called; of a late row, a name that was seen since stays. */
export async function saveChats(
  db: Kysely<StoreTables>,
  { host, clock, isLate = false }: Writer,
  accountId: number,
  chats: readonly ChatToSave[],
): Promise<void> {
  const named = timeText(Math.floor(clock.now()));
  const rows = chats.map(({ chatId, type, title, username }) => ({
    account_id: accountId,
    chat_id: chatId,
    chat_type: type,
    title: nameColumn(title),
    username: nameColumn(username),
    named_datetime: named,
    host,
  }));
  await transact(db, async (tx) => {
    const keys = ['account_id', 'chat_id'] as const;
    const updated = ['chat_type', 'title', 'username', 'named_datetime', 'host'] as const;
    for (const chunk of chunked(rows))
      await upsert(tx, 'chats', chunk, { keys, updated: isLate ? [] : updated });
    if (!isLate) return;
    for (const { account_id, chat_id, ...columns } of rows) {
      await tx
        .updateTable('chats')
        .where('account_id', '=', account_id)
        .where('chat_id', '=', chat_id)
        .where((row) => row.or([row('named_datetime', 'is', null), row('named_datetime', '<=', named)]))
        .set(columns)
        .execute();
    }
  });
}

/** Notes that a chat's history was read to its end, at a time in milliseconds since the epoch. The chat is known. */
export async function noteScan(
  db: Kysely<StoreTables>,
  { host, isLate }: Writer,
  { accountId, chatId }: ChatKey,
  { at, lastMessageId }: { readonly at: number; readonly lastMessageId: number },
): Promise<void> {
  await transact(db, async (tx) => {
    const chat = tx
      .updateTable('chats')
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .set({ last_scan_datetime: timeText(at), last_message_id: lastMessageId, host });
    const isNewer = chat.where((row) =>
      row.or([row('last_scan_datetime', 'is', null), row('last_scan_datetime', '<=', timeText(at))]),
    );
    await (isLate ? isNewer : chat).execute();
  });
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
  writer: Writer,
  accountId: number,
  people: readonly PersonToSave[],
): Promise<void> {
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
        const present = { name: nameColumn(names.name), username: nameColumn(names.username) };
        await saveNames(tx, writer, { account_id: accountId, person_id: personId, ...present }, known);
      }
    }
  });
}

type Names = Pick<Selectable<PeopleTable>, 'name' | 'username'> & {
  readonly account_id: number;
  readonly person_id: number;
};

async function saveNames(
  tx: Transaction<StoreTables>,
  { host, clock, isLate }: Writer,
  names: Names,
  known: ReadonlyMap<number, Selectable<PeopleTable>>,
): Promise<void> {
  const now = Math.floor(clock.now());
  const row = known.get(names.person_id);
  if (row && row.name === names.name && row.username === names.username) return;
  const named = { ...names, named_datetime: timeText(now), host };
  if (row && isLate && asTime(row.named_datetime) > now) {
    if (await hadNames(tx, names, now)) return;
    await addFormer(tx, { ...named, until_datetime: timeText(asTime(row.named_datetime)) });
    return;
  }
  if (row) {
    const { name, username, named_datetime } = row;
    await addFormer(tx, { ...named, name, username, named_datetime, until_datetime: timeText(now) });
  }
  await upsert(tx, 'people', [named], {
    keys: ['account_id', 'person_id'],
    updated: ['name', 'username', 'named_datetime', 'host'],
  });
}

/** Whether a person is known to have had these names at a time. */
async function hadNames(tx: Transaction<StoreTables>, names: Names, at: number): Promise<boolean> {
  const rows = await tx
    .selectFrom('former_names')
    .select(['name', 'username', 'named_datetime', 'until_datetime'])
    .where('account_id', '=', names.account_id)
    .where('person_id', '=', names.person_id)
    .execute();
  return rows.some(
    ({ name, username, named_datetime, until_datetime }) =>
      name === names.name &&
      username === names.username &&
      asTime(named_datetime) <= at &&
      at <= asTime(until_datetime),
  );
}

async function addFormer(
  tx: Transaction<StoreTables>,
  former: Names & { named_datetime: string; until_datetime: string; host: string },
): Promise<void> {
  const { seq } = await tx
    .selectFrom('former_names')
    .where('account_id', '=', former.account_id)
    .where('person_id', '=', former.person_id)
    .select((each) => each.fn.max('seq').as('seq'))
    .executeTakeFirstOrThrow();
  const next = seq === null ? 1 : asNumber(seq) + 1;
  await tx
    .insertInto('former_names')
    .values({ ...former, seq: next })
    .execute();
}
