import type { Job } from '../../lib/ledger/job.js';

/** The end of a process that is killed. */
export class Death extends Error {}

/** When a process dies: at its `write`th durable write, of all or of one kind, from 1, before it is done or after. */
export interface DeathPlan {
  readonly write: number;
  readonly of?: (typeof WRITES)[number];
  readonly when: 'before' | 'after';
}

const WRITES = [
  'saveTargetBefore',
  'formerTargetSettled',
  'plan',
  'sending',
  'sent',
  'paid',
  'continuing',
  'continued',
  'continuationFailed',
  'skipped',
  'failed',
  'claim',
  'planFile',
  'planFiles',
  'acknowledged',
  'forgetParts',
  'restartFile',
  'usingFiles',
  'madeFile',
  'planTopic',
  'saveTopic',
  'forgetTopic',
  'saveCheckpoint',
] as const satisfies readonly (keyof Job)[];

/**
 * A job whose process dies at a durable write: from then on nothing is written any more, and every call throws, so that
 * the run ends there. `dead` says whether it came to that, `writes` how many there were.
 */
export function dyingJob(
  job: Job,
  plan: DeathPlan,
): { readonly job: Job; readonly state: { writes: number; dead: boolean } } {
  const state = { writes: 0, dead: false };
  const dying = new Proxy(job, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      if (!WRITES.some((write) => write === name)) return call;
      return async (...args: unknown[]) => {
        if (state.dead) throw new Death('The process is dead.');
        if (plan.of === undefined || plan.of === name) state.writes += 1;
        const last = state.writes === plan.write;
        if (last) state.dead = true;
        if (last && plan.when === 'before') throw new Death(`Killed before ${String(name)}.`);
        const result = await call(...args);
        if (last) throw new Death(`Killed after ${String(name)}.`);
        return result;
      };
    },
  });
  return { job: dying, state };
}
