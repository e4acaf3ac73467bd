import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.js';
import { FailedError } from '../../base/errors.js';
import type { Random } from '../../base/random.js';
import { LEASE_TIMES } from '../lease-term.js';
import { transact } from '../repeatable.js';
import { historyImportsOf, type ImportKey, type NotedImport, noteHistoryImport } from './history-imports.js';
import { dropLease, type Lease, takeLease, takeWithin } from './leases.js';
import type { StoreTables } from './schema.js';

export interface JournalOptions {
  readonly db: Kysely<StoreTables>;
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly key: ImportKey;
}

const PAUSE_MS = 2000;

/**
 * How far the imports of one plan have come, for one process at a time, on any machine: each note is made by the right of a lease,
 * which it renews. Whoever has lost it is stopped by the next note, and none is missing in front of a call that can't be repeated.
 */
export class ImportJournal {
  readonly #options: JournalOptions;
  readonly #lease: Lease;

  private constructor(options: JournalOptions) {
    const { key, host, random } = options;
    this.#options = options;
    this.#lease = {
      name: `import ${key.accountId} ${key.targetId}`,
      holder: random.bytes(16).toString('hex'),
      host,
    };
  }

  /**
   * Waits for another process that imports into the chat; of one that has died, nobody hears for a minute. `onWait`: called once, if there is
   * another one.
   */
  static async open(
    options: JournalOptions,
    signal: AbortSignal,
    onWait: () => void,
  ): Promise<ImportJournal> {
    const journal = new ImportJournal(options);
    const { db, clock } = options;
    let waits = false;
    while (!(await takeLease(db, journal.#lease, LEASE_TIMES.leaseMs))) {
      if (!waits) onWait();
      waits = true;
      await clock.sleep(PAUSE_MS, signal);
    }
    return journal;
  }

  async all(): Promise<readonly NotedImport[]> {
    return historyImportsOf(this.#options.db, this.#options.key);
  }

  /** @throws FailedError IMPORT_TAKEN_OVER */
  async note(noted: NotedImport): Promise<void> {
    const { db, host, clock, key } = this.#options;
    await transact(db, async (tx) => {
      if (!(await takeWithin(tx, this.#lease, LEASE_TIMES.leaseMs))) {
        throw new FailedError(
          'IMPORT_TAKEN_OVER',
          'Another process has taken over this import, because this one was silent for a minute; let that one finish.',
        );
      }
      await noteHistoryImport(tx, { host, clock }, key, noted);
    });
  }

  /** Where the database is out of reach, the lease expires by itself. */
  async close(): Promise<void> {
    await dropLease(this.#options.db, this.#lease).catch(() => undefined);
  }
}
