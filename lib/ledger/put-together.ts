import { basename } from 'node:path';
import type { Kysely } from 'kysely';
import { asNumber } from '../store/values.js';
import { currentJob } from './job-store.js';
import { type LedgerPlace, readLedger } from './ledger.js';
import type { LedgerTables } from './schema.js';

/** The copies of a job that stand among the messages of other topics. */
export interface PutTogether {
  /** How many the ledger knows of. */
  readonly messages: number;
  /** There may be more: from before TelePi noted what copies lack, or from the older script. */
  readonly mayBeMore: boolean;
}

/** Looks into the ledger for the job in a folder; writes nothing. */
export async function putTogether(place: LedgerPlace, folder: string): Promise<PutTogether> {
  const found = await readLedger(place, (db) => lookAt(db, basename(folder)));
  return found ?? { messages: 0, mayBeMore: false };
}

async function lookAt(db: Kysely<LedgerTables>, folder: string): Promise<PutTogether | undefined> {
  const job = await currentJob(db, folder);
  if (!job) return undefined;
  const sent = () =>
    db
      .selectFrom('ledger_messages')
      .where('account_id', '=', job.accountId)
      .where('job_id', '=', job.jobId)
      .where('state', '=', 'sent');
  const lacking = await sent()
    .where((row) =>
      row.or(['topic', 'topic,%', '%,topic', '%,topic,%'].map((form) => row('losses', 'like', form))),
    )
    .select(({ fn }) => fn.countAll().as('messages'))
    .executeTakeFirstOrThrow();
  const unknown = await sent().where('losses', 'is', null).select('source_id').limit(1).execute();
  return { messages: asNumber(lacking.messages), mayBeMore: job.takenUp > 0 || unknown.length > 0 };
}
