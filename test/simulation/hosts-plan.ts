import { type Random, seededRandom } from '../../lib/base/random.js';
import { type KillPlan, killPlanOf } from './kill-plan.js';
import { pick } from './pick.js';
import { HOSTS } from './stage.js';

/** What happens to the machine that has the job. */
export interface Strike {
  /**
   * `SIGKILL`: its process dies. `SIGSTOP`: its process stands still for a while. `cut`: its way to the database is gone
   * for a while. `lose`: the answer of the database is lost, and with it the connection.
   */
  readonly what: 'SIGKILL' | 'SIGSTOP' | 'cut' | 'lose';
  /** At its nth request to Telegram of a kind, or at the nth answer that the database gives it. */
  readonly at: 'request' | 'send' | 'part' | 'answer';
  readonly nth: number;
  /** How long it stands still, or is cut off, in milliseconds. */
  readonly ms: number;
}

/** A clone that several machines run, one after the other, with one ledger. */
export interface HostsPlan extends KillPlan {
  /** How far each machine's wall clock is ahead of the true time, in milliseconds. */
  readonly clocksOffMs: readonly number[];
  /** One after the other: the next is due from the moment at which the one before has struck. */
  readonly strikes: readonly Strike[];
}

const HOUR_MS = 3_600_000;

/** `onServer`: whether the ledger is on a server, so that there is a connection to cut. */
export function hostsPlanOf(seed: string, onServer: boolean): HostsPlan {
  const plan = killPlanOf(`${seed}/hosts`);
  const random = seededRandom(`${seed}/hosts-plan`);
  return {
    ...plan,
    seed: `${seed}/hosts`,
    clocksOffMs: Array.from({ length: HOSTS }, () => pick(random, [-HOUR_MS, 0, HOUR_MS])),
    strikes: Array.from({ length: random.integer(2, 6) }, () => strikeOf(random, onServer)),
  };
}

function strikeOf(random: Random, onServer: boolean): Strike {
  const what = pick(
    random,
    onServer
      ? (['SIGKILL', 'SIGKILL', 'SIGSTOP', 'SIGSTOP', 'SIGSTOP', 'cut', 'lose'] as const)
      : (['SIGKILL', 'SIGKILL', 'SIGSTOP'] as const),
  );
  const at = pick(
    random,
    onServer
      ? (['request', 'send', 'send', 'part', 'answer', 'answer'] as const)
      : (['request', 'send', 'send', 'part'] as const),
  );
  const most = { request: 60, send: 8, part: 12, answer: 60 }[at];
  // Within the lease, about as long, or so long that another machine has long had the job.
  const ms = pick(random, [400, 1_500, 3_200, 5_000]);
  return { what, at: what === 'lose' ? 'answer' : at, nth: Math.floor(most ** random.float()), ms };
}
