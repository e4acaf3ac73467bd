import type { ExpressionBuilder, Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { asNumber } from '../values.js';
import type { StoreTables } from './schema.js';

type CopyTables = Pick<StoreTables, 'file_copies'>;

/** How many files of a host are noted as there under a folder (an absolute path, without a separator at its end). */
export async function countCopiesUnder(
  db: Kysely<CopyTables>,
  host: string,
  folder: string,
): Promise<number> {
  const { files } = await db
    .selectFrom('file_copies')
    .select((row) => row.fn.countAll<string>().as('files'))
    .where(isThereUnder(host, folder))
    .executeTakeFirstOrThrow();
  return asNumber(files);
}

/** Notes that none of a host's files under a folder is there any more. */
export async function noteGoneUnder(
  db: Kysely<CopyTables>,
  host: string,
  folder: string,
  savedAt: number,
): Promise<void> {
  await transact(db, (tx) =>
    tx
      .updateTable('file_copies')
      .where(isThereUnder(host, folder))
      .set({ state: 'gone', saved_datetime: timeText(savedAt) })
      .execute(),
  );
}

/** Databases count characters, and JavaScript the halves of some of them. */
function isThereUnder(host: string, folder: string) {
  const prefix = `${folder}/`;
  return (row: ExpressionBuilder<CopyTables, 'file_copies'>) =>
    row.and([
      row('host', '=', host),
      row('state', '=', 'there'),
      row(row.fn<string>('substr', ['path', row.val(1), row.val([...prefix].length)]), '=', prefix),
    ]);
}
