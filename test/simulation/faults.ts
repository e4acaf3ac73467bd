import { linkAbort } from '../../lib/base/abort.js';
import { type Random, seededRandom } from '../../lib/base/random.js';
import type { FileStore } from '../../lib/sandbox/files/file-store.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import { between } from './pick.js';
import type { Setting } from './setting.js';
import type { Steps } from './steps.js';

/** The faults of the far side while one process lives. */
export interface Storm {
  begin(): void;
  /** The network is away for this many milliseconds. */
  outage(ms: number): void;
  end(): void;
}

const SENDS = /^messages\.(?:Send(?:Message|Media|MultiMedia)|CreateForumTopic)$/;
const PARTS = /^upload\./;
const USES_PARTS = /^messages\.(?:SendMedia|UploadMedia)$/;
/** Refusals of a connection's first requests have rules of their own. */
const FLOODS = /^(?:messages|channels|upload|users|help\.GetAppConfig)/;
/** A part that is lost four times rightly makes its message fail. */
const MOST_PART_LOSSES = 3;

export function stormOf(
  setting: Setting,
  { calm, number, steps }: { readonly calm: boolean; readonly number: number; readonly steps: Steps },
): Storm {
  const { sandbox, course, plan } = setting;
  const { weather, files, world } = sandbox;
  const random = seededRandom(`${plan.seed}/storm/${number}`);
  const over = linkAbort();
  const loseParts = partsLoser({ files, rate: plan.partsDroppedRate, random, note: setting.note });

  const judge = (method: string): Fate | undefined => {
    const death = steps.take(...stepsOf(method)).find(({ what }) => what === 'death');
    if (death) return { kind: death.acted ? 'drop-after' : 'drop-before' };
    if (calm) return undefined;
    loseParts(method);
    if (plan.methodFloodRate === 0 || !FLOODS.test(method) || random.float() >= plan.methodFloodRate)
      return undefined;
    const seconds = Math.floor(between(random, 1, 30) ** 2);
    return { kind: 'refuse', error: new RpcError(420, `FLOOD_WAIT_${seconds}`) };
  };
  return {
    begin() {
      weather.change({ ...FAIR_WEATHER, ...(calm ? {} : plan.weather), ...plan.nature });
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

/** The kinds of step that a request counts as. */
export function stepsOf(method: string): ('request' | 'send' | 'part')[] {
  if (SENDS.test(method)) return ['request', 'send'];
  return PARTS.test(method) ? ['request', 'part'] : ['request'];
}

/** Makes the server drop uploaded parts from time to time, before a request that uses them. */
export function partsLoser({
  files,
  rate,
  random,
  note,
}: {
  readonly files: FileStore;
  readonly rate: number;
  readonly random: Random;
  readonly note: (what: string) => void;
}): (method: string) => void {
  let losses = 0;
  return (method) => {
    if (rate === 0 || !USES_PARTS.test(method)) return;
    if (losses >= MOST_PART_LOSSES || random.float() >= rate) return;
    losses += 1;
    note('parts-dropped');
    const some = Array.from({ length: random.integer(1, 3) }, () => random.integer(0, 6));
    files.uploads.expireParts(random.float() < 0.5 ? {} : { parts: some });
  };
}
