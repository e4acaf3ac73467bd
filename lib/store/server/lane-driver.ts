import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
  type TransactionSettings,
} from 'kysely';
import { deferred } from '../../base/deferred.js';
import { FailedError, type TelepiError } from '../../base/errors.js';
import { UnwritableError } from '../repeatable.js';
import { storable } from '../storable.js';
import { QUERY_MS } from './limits.js';
import type { OutageWatch } from './outage.js';
import type { RawConnection, RawResult, ServerDriver, ServerFault } from './raw-connection.js';

export interface LaneOptions {
  readonly server: ServerDriver;
  readonly watch: OutageWatch;
  errorOf(error: unknown, fault: ServerFault): TelepiError;
}

/**
 * Kysely on one connection to a server, which it makes when it is first needed and again when it was lost: one
 * transaction after another, as with SQLite. So what a process does in parallel needs no locks against itself, and a
 * transaction that waits for a lock waits for another process.
 *
 * A server that is out of reach is waited for where nothing can have happened yet: at the beginning of a transaction,
 * and for a read outside of one. A connection that is lost later is an error that `transact` repeats; so is a server that
 * accepts no changes, if it may be waited for, and the next transaction begins with a pause.
 */
export class LaneDriver implements Driver {
  readonly #lane: Lane;
  /** Settles when the current user of the connection gives it back. */
  #free: Promise<void> = Promise.resolve();
  #giveBack: () => void = () => {};

  constructor(options: LaneOptions) {
    this.#lane = new Lane(options);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    const { promise, resolve } = deferred<void>();
    this.#free = promise;
    await before;
    this.#giveBack = resolve;
    return this.#lane;
  }

  async releaseConnection(): Promise<void> {
    this.#lane.rest();
    this.#giveBack();
  }

  beginTransaction(_: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#lane.begin(settings.isolationLevel === 'repeatable read');
  }

  commitTransaction(): Promise<void> {
    return this.#lane.commit();
  }

  rollbackTransaction(): Promise<void> {
    return this.#lane.rollback();
  }

  destroy(): Promise<void> {
    return this.#lane.close();
  }

  /** Ends the connection at once, also one that is being made: what waits for it fails, and nothing begins any more. */
  abandon(): void {
    this.#lane.abandon();
  }

  /** For statements that take long: how long they may take, until the returned function is called. */
  allow(ms: number): () => void {
    return this.#lane.allow(ms);
  }
}

/** How often a connection may be lost over one statement. */
const MOST_TRIES = 20;

class Lane implements DatabaseConnection {
  readonly #options: LaneOptions;
  #raw: RawConnection | undefined;
  #inTransaction = false;
  /** Why nothing could be changed last, until something is. */
  #unwritable: TelepiError | undefined;
  #hasChanged = false;
  #closed = false;
  readonly #abandoned = new AbortController();
  #timeoutMs = QUERY_MS;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  async begin(snapshot: boolean): Promise<void> {
    if (this.#unwritable) await this.#options.watch.wait(this.#unwritable);
    this.#hasChanged = false;
    await this.#patiently(async () => {
      for (const statement of this.#options.server.beginning({ snapshot })) await this.#run(statement);
    });
    this.#inTransaction = true;
  }

  /** Postgres answers a commit of a transaction that has failed with ROLLBACK, and no error. */
  async commit(): Promise<void> {
    // Still in it: on another connection there would be nothing to commit.
    const { command } = await this.#once(() => this.#run('commit'));
    this.#inTransaction = false;
    if (this.#hasChanged) this.#writableAgain();
    if (command === 'ROLLBACK') {
      throw new FailedError(
        'LEDGER_STATE',
        'The database has undone a transaction in which a statement failed: run again.',
      );
    }
  }

  async rollback(): Promise<void> {
    this.#inTransaction = false;
    if (!this.#raw?.isOpen()) return;
    try {
      await this.#run('rollback');
    } catch {
      // The server undoes what a lost connection has left, and the reason for the rollback is what counts.
      this.#drop();
    }
  }

  async executeQuery<R>({ sql, parameters, query }: CompiledQuery): Promise<QueryResult<R>> {
    const run = () => this.#run(sql, parameters);
    const mayRepeat = !this.#inTransaction && SelectQueryNode.is(query);
    const { rows, matched } = await (mayRepeat ? this.#patiently(run) : this.#once(run));
    if (SelectQueryNode.is(query)) return { rows: rows as R[] };
    this.#hasChanged = true;
    if (!this.#inTransaction) this.#writableAgain();
    return { rows: rows as R[], numAffectedRows: matched };
  }

  // biome-ignore lint/correctness/useYield: every answer that is asked for fits into memory
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The store does not stream queries.');
  }

  allow(ms: number): () => void {
    this.#timeoutMs = ms;
    return () => {
      this.#timeoutMs = QUERY_MS;
    };
  }

  /** An idle connection doesn't keep the process alive. */
  rest(): void {
    if (this.#raw?.isOpen()) this.#raw.keepsProcess(false);
  }

  abandon(): void {
    this.#closed = true;
    this.#abandoned.abort(closedError());
    this.#drop();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const raw = this.#raw;
    this.#raw = undefined;
    if (!raw?.isOpen()) return;
    raw.keepsProcess(true);
    await raw.end().catch(() => raw.destroy());
  }

  /**
   * Repeats `work`, which does the same each time, until the server has answered it. One that loses its connection again
   * and again, since it takes longer than a statement may, is given up.
   */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      await this.#ready();
      const outcome = await this.#attempt(work);
      if ('answer' in outcome) return outcome.answer;
      if (outcome.fault !== 'lost' || tries === MOST_TRIES) throw outcome.error;
    }
  }

  /** Within a transaction, a connection that was lost is never replaced by another one. */
  async #once<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#inTransaction) await this.#ready();
    const outcome = await this.#attempt(work);
    if ('answer' in outcome) return outcome.answer;
    throw outcome.error;
  }

  /** Connects if necessary. A server that is out of reach is waited for: nothing has been asked of it yet. */
  async #ready(): Promise<void> {
    const { server, watch, errorOf } = this.#options;
    for (;;) {
      try {
        return await this.#connect();
      } catch (error) {
        const found = server.faultOf(error);
        const fault = found === 'lost' ? 'unreachable' : found;
        if (fault !== 'unreachable') throw errorOf(error, fault);
        await watch.wait(errorOf(error, fault));
      }
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    const { server, watch, errorOf } = this.#options;
    try {
      const answer = await work();
      if (!this.#unwritable) watch.back();
      return { answer };
    } catch (error) {
      const fault = server.faultOf(error);
      // Another server may have taken over: a new connection finds it.
      if (fault === 'lost' || fault === 'readonly' || this.#raw?.isOpen() !== true) this.#drop();
      const known = errorOf(error, fault);
      if (fault !== 'readonly' && fault !== 'full') return { error: known, fault };
      if (!watch.isPatient) return { error: known, fault };
      this.#unwritable = known;
      return { error: new UnwritableError(known.code, known.message, { cause: known }), fault };
    }
  }

  #writableAgain(): void {
    this.#unwritable = undefined;
    this.#options.watch.back();
  }

  async #connect(): Promise<void> {
    if (this.#closed) throw closedError();
    if (this.#raw?.isOpen()) return this.#raw.keepsProcess(true);
    this.#raw = undefined;
    this.#raw = await this.#options.server.connect(this.#abandoned.signal);
  }

  #run(sql: string, parameters: readonly unknown[] = []): Promise<RawResult> {
    const raw = this.#raw;
    if (!raw?.isOpen()) {
      return Promise.reject(Object.assign(new Error('the server has closed it'), { code: 'ECONNRESET' }));
    }
    return raw.query(sql, parameters.map(storable), this.#timeoutMs);
  }

  #drop(): void {
    this.#raw?.destroy();
    this.#raw = undefined;
  }
}

function closedError(): FailedError {
  return new FailedError('LEDGER_CLOSED', 'The database was closed while it was still in use: run again.');
}

type Outcome<T> = { readonly answer: T } | { readonly error: TelepiError; readonly fault: ServerFault };
