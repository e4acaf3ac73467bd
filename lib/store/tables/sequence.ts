import type { Transaction } from 'kysely';
import { runCompiled } from '../compiled.js';
import { upsert } from '../upsert.js';
import { asBigInt } from '../values.js';
import type { StoreTables } from './schema.js';

/**
 * Locks a sequence until the transaction ends, and returns its last number. Numbers that are given out under this lock
 * become visible in their order: a reader that has seen one has seen all before it, which no counter of a database
 * promises.
 */
export async function lockSequence(
  db: Transaction<Pick<StoreTables, 'sequences'>>,
  name: string,
): Promise<bigint> {
  const lock = () =>
    runCompiled(db, 'lock a sequence', [name], () =>
      db
        .updateTable('sequences')
        .where('name', '=', name)
        .set((row) => ({ value: row.ref('value') })),
    );
  if ((await lock()).numAffectedRows === 0n) {
    await upsert(db, 'sequences', [{ name, value: 0 }], { keys: ['name'], updated: [] });
    await lock();
  }
  const { rows } = await runCompiled(db, 'last of a sequence', [name], () =>
    db.selectFrom('sequences').select('value').where('name', '=', name),
  );
  const [row] = rows;
  if (!row) throw new Error(`The sequence ${name} has no row.`);
  return asBigInt(row.value);
}

/** Notes the last number that was given out of a sequence that this transaction has locked. */
export async function advanceSequence(
  db: Transaction<Pick<StoreTables, 'sequences'>>,
  name: string,
  value: bigint,
): Promise<void> {
  await runCompiled(db, 'advance a sequence', [value, name], () =>
    db.updateTable('sequences').where('name', '=', name).set({ value }),
  );
}
