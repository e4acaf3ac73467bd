import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { postgresDriver } from '../../lib/store/server/postgres.js';
import { usageOf } from '../process/usage.js';

/** What a server has done since it started. */
interface Reading {
  readonly transactions: number;
  readonly rows: number;
  readonly walBytes: number;
  readonly cpuMs: number;
  readonly at: number;
}

/** What it did in between. */
export interface Measured extends Omit<Reading, 'at'> {
  readonly seconds: number;
}

type Connection = Awaited<ReturnType<ReturnType<typeof postgresDriver>['connect']>>;

/** A Postgres of our own, looked at over a connection of its own. */
export class Meter {
  readonly #connection: Connection;
  readonly #postmaster: number;

  private constructor(connection: Connection, postmaster: number) {
    this.#connection = connection;
    this.#postmaster = postmaster;
  }

  /** `directory`: the server's. */
  static async open(address: DatabaseAddress, directory: string): Promise<Meter> {
    const [pid = ''] = readFileSync(`${directory}/data/postmaster.pid`, 'utf8').split('\n');
    return new Meter(await postgresDriver(address).connect(), Number(pid));
  }

  /** Runs `work`, and says what the server did meanwhile. */
  async during(work: () => Promise<unknown>): Promise<Measured> {
    const before = await this.#read();
    await work();
    const after = await this.#read();
    return {
      transactions: after.transactions - before.transactions,
      rows: after.rows - before.rows,
      walBytes: after.walBytes - before.walBytes,
      cpuMs: after.cpuMs - before.cpuMs,
      seconds: (after.at - before.at) / 1000,
    };
  }

  close(): Promise<void> {
    return this.#connection.end();
  }

  /** Sessions report what they have done once a second at most. */
  async #read(): Promise<Reading> {
    const query = `select xact_commit as transactions, tup_inserted + tup_updated + tup_deleted as rows,
        pg_current_wal_lsn() - '0/0'::pg_lsn as wal, pg_stat_clear_snapshot()
      from pg_stat_database where datname = current_database()`;
    await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
    const { rows } = await this.#connection.query(query, [], 60_000);
    const [row] = rows as { transactions: string; rows: string; wal: string }[];
    return {
      transactions: Number(row?.transactions),
      rows: Number(row?.rows),
      walBytes: Number(row?.wal),
      cpuMs: this.#cpuMs(),
      at: performance.now(),
    };
  }

  #cpuMs(): number {
    const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && this.#isOwn(name));
    const living = own.reduce((sum, pid) => sum + (usageOf(Number(pid))?.cpuSeconds ?? 0) * 1000, 0);
    return living + this.#endedMs();
  }

  /** Of the sessions that have ended: cutime and cstime of the process that started them, in hundredths of a second. */
  #endedMs(): number {
    const stat = readFileSync(`/proc/${this.#postmaster}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  }

  #isOwn(pid: string): boolean {
    if (Number(pid) === this.#postmaster) return true;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === this.#postmaster;
    } catch {
      return false; // it has ended
    }
  }
}

const REPORTED_MS = 1_500;
