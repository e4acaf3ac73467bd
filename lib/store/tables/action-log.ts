import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import type { Kysely, Selectable } from 'kysely';
import { transact } from '../repeatable.js';
import { hasTable } from '../schema-change.js';
import { asTime, timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asNumber, asOptionalNumber, clipped } from '../values.js';
import type { Action, ActionLogTable, ActionState, StoreTables } from './schema.js';
import type { Writer } from './writer.js';

type LogTables = Pick<StoreTables, 'action_log' | 'action_heads'>;

/** Something that TelePi was asked to do, or how it ended. */
export interface LoggedAction {
  /** 32 hex digits, random: by it an entry that is written twice is one. */
  readonly entryId: string;
  readonly accountId?: number;
  readonly action: Action;
  readonly state: ActionState;
  /** Of the operating system. */
  readonly userName: string;
  /** Without secrets. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly counts?: Readonly<Record<string, number>>;
}

/** What the first row of a host has in place of the hash of the row before. */
const NO_ROW = '0'.repeat(64);

/**
 * Adds an entry to the chain of this host. Each row holds the hash of the row before and one of its own, so a row that is
 * changed or taken out later shows in `auditActions`.
 */
export async function logAction(
  db: Kysely<LogTables>,
  { host, clock }: Writer,
  action: LoggedAction,
): Promise<void> {
  const now = timeText(clock.now());
  await transact(db, async (tx) => {
    const first = { hostname: host, seq: 0, hash: NO_ROW };
    await upsert(tx, 'action_heads', [first], { keys: ['hostname'], updated: [] });
    const head = () => tx.updateTable('action_heads').where('hostname', '=', host);
    // Locks it: entries of one host come one after another.
    await head()
      .set((row) => ({ hash: row.ref('hash') }))
      .execute();
    const known = await tx
      .selectFrom('action_log')
      .select('seq')
      .where('entry_id', '=', action.entryId)
      .executeTakeFirst();
    if (known) return;
    const { seq, hash: previous_hash } = await tx
      .selectFrom('action_heads')
      .select(['seq', 'hash'])
      .where('hostname', '=', host)
      .executeTakeFirstOrThrow();
    const row = {
      hostname: host,
      seq: asNumber(seq) + 1,
      entry_id: action.entryId,
      account_id: action.accountId ?? null,
      action: action.action,
      state: action.state,
      user_name: clipped(action.userName, 255),
      arguments: stringify(action.arguments),
      counts: stringify(action.counts ?? {}),
      logged_datetime: now,
      previous_hash,
    };
    const hash = hashOf(row);
    await tx
      .insertInto('action_log')
      .values({ ...row, hash })
      .execute();
    await head().set({ seq: row.seq, hash }).execute();
  });
}

/** What is wrong with the log of a host. */
export interface AuditFinding {
  readonly host: string;
  /** The first row with which something is wrong. */
  readonly seq: number;
  /** `changed`: its content is not what was hashed. `missing`: it was taken out. `added`: the chain ends before it. */
  readonly what: 'changed' | 'missing' | 'added';
}

export interface Audit {
  /** How many rows were checked and found whole. */
  readonly rows: number;
  /** The same for each host that has a chain. */
  readonly hosts: readonly { readonly host: string; readonly rows: number }[];
  /** At most one for each host: what comes after a broken link proves nothing. */
  readonly findings: readonly AuditFinding[];
}

const PAGE = 500;

/** As auditActions, for a database that may be of a version before the log: then undefined. */
// biome-ignore lint/suspicious/noExplicitAny: whichever tables it has
export async function auditIfThere(db: Kysely<any>): Promise<Audit | undefined> {
  return (await hasTable(db, 'action_log')) ? auditActions(db) : undefined;
}

/** Checks the chain of each host. */
export async function auditActions(db: Kysely<LogTables>): Promise<Audit> {
  const heads = await db.selectFrom('action_heads').selectAll().orderBy('hostname').execute();
  const strays = await db
    .selectFrom('action_log')
    .select('hostname')
    .distinct()
    .where('hostname', 'not in', (chain) => chain.selectFrom('action_heads').select('hostname'))
    .orderBy('hostname')
    .execute();
  const findings: AuditFinding[] = strays.map(({ hostname }) => ({ host: hostname, seq: 1, what: 'added' }));
  const hosts: { host: string; rows: number }[] = [];
  for (const { hostname, seq, hash } of heads) {
    const { rows, finding } = await auditHost(db, hostname, { seq: asNumber(seq), hash });
    hosts.push({ host: hostname, rows });
    if (finding) findings.push(finding);
  }
  return { rows: hosts.reduce((sum, { rows }) => sum + rows, 0), hosts, findings };
}

async function auditHost(
  db: Kysely<LogTables>,
  host: string,
  head: { readonly seq: number; readonly hash: string },
): Promise<{ readonly rows: number; readonly finding?: AuditFinding }> {
  let at = { seq: 0, hash: NO_ROW };
  for (;;) {
    const page = await db
      .selectFrom('action_log')
      .selectAll()
      .where('hostname', '=', host)
      .where('seq', '>', at.seq)
      .orderBy('seq')
      .limit(PAGE)
      .execute();
    for (const row of page) {
      const seq = asNumber(row.seq);
      const finding = (what: AuditFinding['what'], where = seq) => ({
        rows: at.seq,
        finding: { host, seq: where, what },
      });
      if (seq > head.seq) return finding('added');
      if (seq !== at.seq + 1) return finding('missing', at.seq + 1);
      if (row.previous_hash !== at.hash || hashOf(row) !== row.hash) return finding('changed');
      at = { seq, hash: row.hash };
    }
    if (page.length < PAGE) break;
  }
  if (at.seq < head.seq) return { rows: at.seq, finding: { host, seq: at.seq + 1, what: 'missing' } };
  if (at.hash !== head.hash) return { rows: at.seq, finding: { host, seq: at.seq, what: 'changed' } };
  return { rows: at.seq };
}

/** SHA-256, in hex, of a row's content and the hash of the row before, in one order and form for every database. */
function hashOf(row: Omit<Selectable<ActionLogTable>, 'hash'>): string {
  const content = {
    hostname: row.hostname,
    seq: asNumber(row.seq),
    entry_id: row.entry_id,
    account_id: asOptionalNumber(row.account_id) ?? null,
    action: row.action,
    state: row.state,
    user_name: row.user_name,
    arguments: row.arguments,
    counts: row.counts,
    logged: asTime(row.logged_datetime),
    previous_hash: row.previous_hash,
  };
  return createHash('sha256').update(stringify(content)).digest('hex');
}
