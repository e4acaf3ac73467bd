import type { Transaction } from 'kysely';
import { UsageError } from '../../base/errors.js';
import { borrowLease, type Lease, type LeaseTables, leaseHost } from '../tables/leases.js';

/** Who moves a database, or takes it into use again. */
export interface Mover {
  /** This machine. */
  readonly host: string;
  /** No other process that runs says the same. */
  readonly holder: string;
}

const NAME = 'move-store away';

/** The right to set the mark of a database that is left, and to take it away. */
export function markLease({ host, holder }: Mover): Lease {
  return { name: NAME, holder, host };
}

/** Takes that right until the transaction ends. @throws UsageError JOB_RUNNING when a move ends just now */
export async function takeMark(tx: Transaction<LeaseTables>, name: string, mover: Mover): Promise<void> {
  if (!(await borrowLease(tx, markLease(mover)))) throw markIsHeld(name, await leaseHost(tx, NAME));
}

export function markIsHeld(name: string, host = 'another machine'): UsageError {
  return new UsageError(
    'JOB_RUNNING',
    `A telepi move-store on ${host} is moving ${name}, or was cut off less than a minute ago: wait until it ends, or stop it.`,
    { fields: { host } },
  );
}
