/** What a fleet of workers does, all rates per second. */
export interface Fleet {
  readonly workers: number;
  /** Messages of one worker, each with a transaction before and after its send, and the checkpoint's. */
  readonly messagesPerSecond: number;
  readonly messagesPerJob: number;
}

/** The things that a database is asked to do, by what brings them about. */
export const UNITS = ['beat', 'renewal', 'job', 'message'] as const;
export type Unit = (typeof UNITS)[number];

/** What one of them costs. */
export interface Cost {
  readonly transactions: number;
  /** Rows that are inserted, updated or deleted. */
  readonly rows: number;
  readonly walBytes: number;
  /** Of the server's processes. */
  readonly cpuMs: number;
}

export type Costs = Readonly<Record<Unit, Cost>>;

/** How often each comes, per second. */
export function rates(
  { workers, messagesPerSecond, messagesPerJob }: Fleet,
  { beatMs, renewalMs }: { readonly beatMs: number; readonly renewalMs: number },
): Readonly<Record<Unit, number>> {
  const message = workers * messagesPerSecond;
  return {
    beat: (workers * 1000) / beatMs,
    renewal: (workers * 1000) / renewalMs,
    job: message / messagesPerJob,
    message,
  };
}

/** What all of it costs in a second. */
export function load(costs: Costs, perSecond: Readonly<Record<Unit, number>>): Cost {
  const sum = (of: keyof Cost): number =>
    UNITS.reduce((total, unit) => total + costs[unit][of] * perSecond[unit], 0);
  return {
    transactions: sum('transactions'),
    rows: sum('rows'),
    walBytes: sum('walBytes'),
    cpuMs: sum('cpuMs'),
  };
}
