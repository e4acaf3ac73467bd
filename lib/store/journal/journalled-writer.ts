import type { Kysely } from 'kysely';
import { type LinkedAbort, linkAbort } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import { messageOf, type TelepiError } from '../../base/errors.js';
import { isOutOfReach } from '../out-of-reach.js';
import { FIRST_MS, LONGEST_MS, type Outage, outageOf } from '../server/outage.js';
import type { StoreWriter } from '../store-writer.js';
import type { StoreTables } from '../tables/schema.js';
import { type Call, type Entry, perform, rowsOf } from './entry.js';
import type { Journal } from './journal.js';

/** What is said about rows that wait. */
export interface JournalEvents {
  /** An outage has begun: from now on rows are kept in the data directory. */
  onOutage?(outage: Outage): void;
  /** It has ended after `ms`, and so many rows that waited are written. */
  onBack?(outage: Pick<Outage, 'name'> & { readonly ms: number; readonly rows: number }): void;
  /** Rows that an earlier process has left are written. */
  onWritten?(written: Pick<Outage, 'name'> & { readonly rows: number }): void;
  /** The writer ends while rows wait: the next start writes them. `error`: why they can't be written, but for an outage. */
  onLeft?(left: Pick<Outage, 'name'> & { readonly rows: number; readonly error?: string }): void;
}

export interface JournalledOptions {
  readonly database: {
    /** What people call it. */
    readonly path: string;
    /** Each use tries the server. */
    readonly always: Kysely<StoreTables>;
    ready(): Promise<void>;
    refuse(error: TelepiError | undefined): void;
    /** Called before what is written; throws when the database must not be written any more. */
    keep(): Promise<void>;
  };
  /** Ends the writing of rows that wait, between two of them; the rest waits for the next start. */
  readonly signal?: AbortSignal | undefined;
  /** Of earlier processes, oldest first. */
  readonly left: readonly Journal[];
  readonly newJournal: () => Promise<Journal>;
  /** At most 255 characters. */
  readonly host: string;
  readonly clock: Clock;
  readonly events: JournalEvents;
}

type Calls = Omit<StoreWriter, 'keep' | 'close'>;
type Answer<Name extends Call> = Awaited<ReturnType<Calls[Name]>>;

/**
 * Writes to a database on a server; while that is out of reach or can't be written, to a journal, which is written out when the server is
 * back. All calls go one after another, so what happened first is written first, by either way.
 */
export class JournalledWriter implements StoreWriter {
  readonly #options: JournalledOptions;
  #left: Journal[];
  /** Of this process, while the server is away. */
  #journal: Journal | undefined;
  #outage: { readonly since: number; readonly name: string } | undefined;
  /** Rows that waited and are written by now. */
  #written = 0;
  /** What isn't an outage ends it: later calls fail alike. */
  #failure: unknown;
  #turn: Promise<void> = Promise.resolve();
  #waiting: Promise<void> = Promise.resolve();
  readonly #closing: LinkedAbort;

  private constructor(options: JournalledOptions) {
    this.#options = options;
    this.#left = [...options.left];
    this.#closing = linkAbort(options.signal);
  }

  /** Writes out first of all what earlier processes have left, unless the server is away. @throws the signal's reason, too */
  static async open(options: JournalledOptions): Promise<JournalledWriter> {
    const writer = new JournalledWriter(options);
    const { database, events } = options;
    try {
      await database.ready();
      await writer.#writeLeft();
      const rows = writer.#written;
      writer.#written = 0;
      if (rows > 0) events.onWritten?.({ name: atStart(database.path), rows });
    } catch (error) {
      if (!isOutOfReach(error)) {
        writer.#closing.release();
        for (const journal of writer.#left) await journal.close();
        throw error;
      }
      await writer.#begin(error);
    }
    return writer;
  }

  saveAccount(...args: Parameters<Calls['saveAccount']>): Promise<void> {
    return this.#do('saveAccount', args);
  }

  saveChats(...args: Parameters<Calls['saveChats']>): Promise<void> {
    return this.#do('saveChats', args);
  }

  savePeople(...args: Parameters<Calls['savePeople']>): Promise<void> {
    return this.#do('savePeople', args);
  }

  saveTopics(...args: Parameters<Calls['saveTopics']>): Promise<void> {
    return this.#do('saveTopics', args);
  }

  saveMessages(...args: Parameters<Calls['saveMessages']>): Promise<Answer<'saveMessages'>> {
    return this.#do('saveMessages', args);
  }

  noteScan(...args: Parameters<Calls['noteScan']>): Promise<void> {
    return this.#do('noteScan', args);
  }

  noteDownload(...args: Parameters<Calls['noteDownload']>): Promise<void> {
    return this.#do('noteDownload', args);
  }

  noteFound(...args: Parameters<Calls['noteFound']>): Promise<void> {
    return this.#do('noteFound', args);
  }

  noteCopy(...args: Parameters<Calls['noteCopy']>): Promise<void> {
    return this.#do('noteCopy', args);
  }

  forgetCopy(...args: Parameters<Calls['forgetCopy']>): Promise<void> {
    return this.#do('forgetCopy', args);
  }

  noteFiles(...args: Parameters<Calls['noteFiles']>): Promise<Answer<'noteFiles'>> {
    return this.#do('noteFiles', args);
  }

  logAction(...args: Parameters<Calls['logAction']>): Promise<void> {
    return this.#do('logAction', args);
  }

  async keep(): Promise<void> {
    // In an outage whoever writes by another way finds it out there.
    if (!this.#outage) await this.#options.database.keep();
  }

  async #do<Name extends Call>(call: Name, args: Parameters<Calls[Name]>): Promise<Answer<Name>> {
    const { host, clock } = this.#options;
    const entry: Entry<Name> = { host, at: Math.floor(clock.now()), call, args };
    const outcome = await this.#inTurn(() => this.#write(entry));
    if ('answer' in outcome) return outcome.answer;
    await outcome.durable;
    return undefined as Answer<Name>;
  }

  async #write<Name extends Call>(
    entry: Entry<Name>,
  ): Promise<{ readonly answer: Answer<Name> } | { readonly durable: Promise<void> }> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#outage) {
      try {
        await this.#options.database.keep();
        return { answer: (await perform(this.#options.database.always, entry, false)) as Answer<Name> };
      } catch (error) {
        if (!isOutOfReach(error)) throw error;
        await this.#begin(error);
      }
    }
    this.#journal ??= await this.#options.newJournal();
    const durable = this.#journal.append(entry as unknown as Entry);
    // Awaited after the turn, so that others join the same write; until then it must not count as unhandled.
    durable.catch(() => {});
    return { durable };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  async #begin(error: TelepiError): Promise<void> {
    const { database, clock, events } = this.#options;
    const { reason, trouble } = outageOf(error);
    const name = atStart(database.path);
    this.#outage = { since: clock.monotonic(), name };
    database.refuse(error);
    events.onOutage?.({ name, reason, trouble });
    this.#waiting = this.#waitForServer();
  }

  async #waitForServer(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    try {
      for (let pause = FIRST_MS; this.#outage; pause = Math.min(2 * pause, LONGEST_MS)) {
        await clock.sleep(pause, signal);
        await this.#tryToReturn();
      }
    } catch (error) {
      if (!signal.aborted) this.#failure = error;
    }
  }

  /** Writes everything out that waits; returns also when the server is still away. */
  async #tryToReturn(): Promise<void> {
    const { database, clock, events } = this.#options;
    const outage = this.#outage;
    if (!outage) return;
    try {
      await database.ready();
      await database.keep();
      await this.#writeLeft();
      // Others add to it meanwhile; the last entries are written while nobody does.
      await this.#writeOwn();
      await this.#writeOwn();
      await this.#inTurn(async () => {
        await this.#journal?.settled();
        await this.#writeOwn();
        await this.#journal?.remove();
        this.#journal = undefined;
        this.#outage = undefined;
        database.refuse(undefined);
      });
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      return;
    }
    const rows = this.#written;
    this.#written = 0;
    events.onBack?.({ name: outage.name, ms: clock.monotonic() - outage.since, rows });
  }

  async #writeLeft(): Promise<void> {
    for (let next = this.#left[0]; next; next = this.#left[0]) {
      await this.#writeOut(next);
      this.#left.shift();
      await next.remove();
    }
  }

  async #writeOwn(): Promise<void> {
    if (this.#journal) await this.#writeOut(this.#journal);
  }

  async #writeOut(journal: Journal): Promise<void> {
    const { database, signal } = this.#options;
    const write = async (entry: Entry): Promise<void> => {
      await perform(database.always, entry, true);
      this.#written += rowsOf(entry);
    };
    await journal.writeOut(write, async () => {
      signal?.throwIfAborted();
      await database.keep();
    });
  }

  /** Writes out what waits if the server is back, unless the signal has aborted; otherwise it waits for the next start. */
  async close(): Promise<void> {
    const { database, events, signal } = this.#options;
    this.#closing.abort(new Error('The writer was closed.'));
    this.#closing.release();
    await this.#waiting;
    await this.#turn;
    const journals = () => [...this.#left, ...(this.#journal ? [this.#journal] : [])];
    try {
      if (this.#failure === undefined && !signal?.aborted) await this.#tryToReturn();
    } catch (error) {
      if (error !== signal?.reason) this.#failure = error;
    }
    const rows = journals().reduce((sum, journal) => sum + journal.rows, 0);
    const error = this.#failure === undefined ? {} : { error: messageOf(this.#failure) };
    if (rows > 0) events.onLeft?.({ name: atStart(database.path), rows, ...error });
    for (const journal of journals()) await journal.close();
  }
}

function atStart(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
