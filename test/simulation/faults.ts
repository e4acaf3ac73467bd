import { linkAbort } from '../../lib/base/abort.js';
import { seededRandom } from '../../lib/base/random.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import type { Setting } from './life.js';
import { between } from './plan.js';
import type { Steps } from './steps.js';

/** The faults of the far side while one process lives. */
export interface Storm {
  begin(): void;
  /** The network is away for so many milliseconds. */
  outage(ms: number): void;
  end(): void;
}

const SENDS = /^messages\.(?:Send(?:Message|Media|MultiMedia)|CreateForumTopic)$/;
const PARTS = /^upload\./;
const USES_PARTS = /^messages\.(?:SendMedia|UploadMedia)$/;
/** Refusals of a connection's first requests have rules of their own. */
const FLOODS = /^(?:messages|channels|upload|users|help\.GetAppConfig)/;
/** A part that is lost three times makes its message fail, rightly. */
const MOST_PART_LOSSES = 3;

export function stormOf(
  setting: Setting,
  { calm, number, steps }: { readonly calm: boolean; readonly number: number; readonly steps: Steps },
): Storm {
  const { sandbox, course, plan } = setting;
  const { weather, files, world } = sandbox;
  const random = seededRandom(`${plan.seed}/storm/${number}`);
  const over = linkAbort();
  let losses = 0;

  const loseParts = (): void => {
    if (losses >= MOST_PART_LOSSES || random.float() >= plan.partsDroppedRate) return;
    losses += 1;
    setting.note('parts-dropped');
    const some = Array.from({ length: random.integer(1, 3) }, () => random.integer(0, 6));
    files.uploads.expireParts(random.float() < 0.5 ? {} : { parts: some });
  };
  const judge = (method: string): Fate | undefined => {
    const kinds = [
      'request',
      ...(SENDS.test(method) ? ['send'] : []),
      ...(PARTS.test(method) ? ['part'] : []),
    ];
    const due = steps.take(...(kinds as ('request' | 'send' | 'part')[]));
    const death = due.find(({ what }) => what === 'death');
    if (death) return { kind: death.acted ? 'drop-after' : 'drop-before' };
    if (calm) return undefined;
    if (USES_PARTS.test(method)) loseParts();
    if (plan.methodFloodRate === 0 || !FLOODS.test(method) || random.float() >= plan.methodFloodRate)
      return undefined;
    const seconds = Math.floor(between(random, 1, 30) ** 2);
    return { kind: 'refuse', error: new RpcError(420, `FLOOD_WAIT_${seconds}`) };
  };
  return {
    begin() {
      weather.change({ ...FAIR_WEATHER, ...(calm ? {} : plan.weather) });
      world.refuseRepeats = !calm && plan.faults.has('repeats-refused');
      weather.judge = judge;
    },
    outage(ms) {
      sandbox.setReachable(false);
      course.sleep(ms, over.signal).then(
        () => sandbox.setReachable(true),
        () => {},
      );
    },
    end() {
      over.abort();
      weather.judge = undefined;
    },
  };
}
