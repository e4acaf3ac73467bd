import type { Kysely } from 'kysely';
import type { OldChats } from './old-chats.js';
import type { OldMessage, OldTables } from './old-tables.js';

type Row = Pick<OldMessage, 'id' | 'chat_id' | 'message_id' | 'local_file_path'>;

/**
 * Of rows of messages, those (`chat_id message_id`) that another row says better: the toolkit had their chat under several ids,
 * with and without its mark, and has scanned it under each. Of rows of one message the one with a file counts, and then the one
 * under the marked id.
 */
export async function doublesOf(
  old: Kysely<OldTables>,
  chats: OldChats,
  rows: readonly OldMessage[],
): Promise<ReadonlySet<string>> {
  const doubles = new Set<string>();
  for (const ids of idsOfOne(chats)) {
    const own = rows.filter(({ chat_id }) => ids.includes(String(chat_id)));
    if (own.length === 0) continue;
    const all: readonly Row[] = await old
      .selectFrom('messages')
      .select(['id', 'chat_id', 'message_id', 'local_file_path'])
      .where('chat_id', 'in', ids.map(BigInt))
      .where(
        'message_id',
        'in',
        own.map(({ message_id }) => BigInt(message_id)),
      )
      .execute();
    for (const row of own) {
      const same = all.filter(({ message_id }) => String(message_id) === String(row.message_id));
      const [best] = same.sort((one, other) => rank(one) - rank(other) || Number(one.id) - Number(other.id));
      if (best && String(best.chat_id) !== String(row.chat_id))
        doubles.add(`${row.chat_id} ${row.message_id}`);
    }
  }
  return doubles;
}

/** The ids of each chat that has several. */
function idsOfOne(chats: OldChats): readonly string[][] {
  const ids = new Map<number, string[]>();
  for (const [id, chat] of chats) {
    if (typeof chat === 'object') ids.set(chat.chatId, [...(ids.get(chat.chatId) ?? []), id]);
  }
  return [...ids.values()].filter(({ length }) => length > 1);
}

function rank({ chat_id, local_file_path }: Row): number {
  return (local_file_path === null ? 2 : 0) + (Number(chat_id) < 0 ? 0 : 1);
}
