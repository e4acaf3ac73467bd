import type { Job } from '../../ledger/job.js';

/**
 * A job that goes through its source from the beginning in each run: what is to be restored may lie anywhere, and other plans may
 * follow. Which messages are posted is in their rows, so nothing is posted twice; the checkpoint counts for this run alone.
 */
export function jobFromStart(job: Job, start: number): Job {
  let checkpoint = start;
  const own = new Map<string | symbol, () => unknown>([
    ['checkpoint', () => checkpoint],
    [
      'saveCheckpoint',
      () =>
        async (lastId: number): Promise<void> => {
          checkpoint = lastId;
        },
    ],
  ]);
  return new Proxy(job, {
    get(target, name) {
      const given = own.get(name);
      if (given) return given();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
