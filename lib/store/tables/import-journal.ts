import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.js';
import { FailedError } from '../../base/errors.js';
import type { Random } from '../../base/random.js';
import { LEASE_TIMES } from '../lease-term.js';
import { RenewedLease } from '../renewed-lease.js';
import { transact } from '../repeatable.js';
import {
  historyImportOf,
  historyImportsOf,
  type ImportKey,
  type NotedImport,
  noteHistoryImport,
} from './history-imports.js';
import { type ImportRange, importRangesOf, type NotedRange, noteImportRanges } from './import-ranges.js';
import { type Lease, takeLease } from './leases.js';
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
 * which is renewed meanwhile. Whoever has lost it is stopped at once, and none is missing in front of a call that can't be repeated.
 */
export class ImportJournal {
  readonly #options: JournalOptions;
  readonly #lease: RenewedLease;

  private constructor(options: JournalOptions, lease: Lease) {
    const { db, clock } = options;
    this.#options = options;
    this.#lease = new RenewedLease({ db, lease, clock, takenOver });
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
    const { db, clock, key, host, random } = options;
    const lease: Lease = {
      name: importLeaseName(key),
      holder: random.bytes(16).toString('hex'),
      host,
    };
    let waits = false;
    while (!(await takeLease(db, lease, LEASE_TIMES.leaseMs))) {
      if (!waits) onWait();
      waits = true;
      await clock.sleep(PAUSE_MS, signal);
    }
    return new ImportJournal(options, lease);
  }

  /** Aborts, with IMPORT_TAKEN_OVER as its reason, when another process has taken over. */
  get lost(): AbortSignal {
    return this.#lease.lost;
  }

  async all(): Promise<readonly NotedImport[]> {
    return historyImportsOf(this.#options.db, this.#options.key);
  }

  /** The messages of all imports into the chat, of this plan and of others. */
  async ranges(): Promise<readonly NotedRange[]> {
    return importRangesOf(this.#options.db, this.#options.key);
  }

  /** Whether a range is one of the plan's. */
  isOwn({ planHash }: NotedRange): boolean {
    return planHash === this.#options.key.planHash;
  }

  /**
   * Notes how far a part has come. `before`: what this process knows of it, undefined for a part that nobody has begun. `ranges`: its
   * messages, which nothing else brings from now on.
   * @throws FailedError IMPORT_TAKEN_OVER, also where the part isn't as it was before
   */
  async note(
    noted: NotedImport,
    before: NotedImport | undefined,
    ranges?: readonly ImportRange[],
  ): Promise<void> {
    const { db, host, clock, key } = this.#options;
    await transact(db, async (tx) => {
      await this.#lease.renewWithin(tx);
      const now = await historyImportOf(tx, key, noted.part);
      // The same note again: the answer to the first was lost.
      if (!(isSameStep(now, before) || isSameStep(now, noted))) throw takenOver();
      await noteHistoryImport(tx, { host, clock }, key, noted);
      if (ranges) await noteImportRanges(tx, key, noted.part, ranges);
    });
  }

  async close(): Promise<void> {
    await this.#lease.release();
  }
}

/** One process at a time imports into a chat, whichever plans there are. */
export function importLeaseName({ accountId, targetId }: Pick<ImportKey, 'accountId' | 'targetId'>): string {
  return `import ${accountId} ${targetId}`;
}

function isSameStep(one: NotedImport | undefined, other: NotedImport | undefined): boolean {
  return (
    one?.state === other?.state && one?.importId === other?.importId && one?.uploaded === other?.uploaded
  );
}

function takenOver(): FailedError {
  return new FailedError(
    'IMPORT_TAKEN_OVER',
    'Another process has taken over this import, because this one was silent for a minute; let that one finish.',
  );
}
