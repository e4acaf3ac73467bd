import { type LinkedAbort, linkAbort } from '../../lib/base/abort.js';
import { formatBytes } from '../../lib/base/bytes.js';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { messageOf } from '../../lib/base/errors.js';
import type { Vitals } from './idle-orders.js';
import type { IdlePlan } from './idle-plan.js';
import { type Carried, IdleScene } from './idle-scene.js';
import { type CutOutcome, faultsOf, type IdleOutcome } from './idle-verdict.js';

type Say = (line: string) => void;

const LOOK_EVERY_MS = 100;
/** Part connections close when they have had nothing to do for 30 s. */
const QUIET_WITHIN_MS = 45_000;
const NOTICE_LIMIT_MS = 120_000;
const CONNECT_LIMIT_MS = 60_000;
/** From the server's first answer on a new connection until a push must find it; and until the old one must be gone. */
const SETTLED_MS = 2_000;
const LAST_PUSH_MS = 5_000;
const MINUTE_MS = 60_000;

/**
 * A client that idles in real time, while the wire to its server is silently cut from time to time. Returns one
 * sentence for each thing that went wrong; throws when nothing more can be observed.
 */
export async function soakIdle(plan: IdlePlan, say: Say, clock: Clock = systemClock): Promise<string[]> {
  const scene = await IdleScene.open(plan.seed);
  try {
    const before = await scene.carry();
    const quiet = await until(clock, QUIET_WITHIN_MS, () => scene.wire.open === 1);
    const outcome = await new IdleRun({ plan, scene, clock, say }).run();
    const { after, faults } = await ending(scene);
    const equal = [before, after].map((copy) => copy !== undefined && copy.due === copy.got);
    say(JSON.stringify({ ...summary(plan, outcome), filesEqual: equal }));
    return [
      ...(quiet ? [] : ['Connections for parts were still open after 45 s with nothing to do.']),
      ...faultsOf(outcome),
      ...faults,
      ...[before, after].flatMap((copy) =>
        copy && copy.due !== copy.got
          ? [`A file's copy has SHA-256 ${copy.got} instead of ${copy.due}.`]
          : [],
      ),
    ];
  } finally {
    await scene.close();
  }
}

/** What a client that has idled must still be able to do. */
async function ending(
  scene: IdleScene,
): Promise<{ readonly after: Carried | undefined; readonly faults: string[] }> {
  const faults: string[] = [];
  const tried = <T>(what: string, work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      faults.push(`At the end ${what}: ${messageOf(error)}`);
      return undefined;
    });
  await tried('a call failed', scene.client.ask('call', null));
  const after = await tried('a file could not be carried', scene.carry());
  const ended = await tried('the client could not be closed', scene.client.end());
  if (ended === false) faults.push("The client's process did not end by itself after the client was closed.");
  return { after, faults };
}

interface RunOptions {
  readonly plan: IdlePlan;
  readonly scene: IdleScene;
  readonly clock: Clock;
  readonly say: Say;
}

/** The time from the moment when the client has nothing to do. */
class IdleRun {
  readonly #options: RunOptions;
  readonly #began: number;
  /** How many pushes were heard before. */
  readonly #heardBefore: number;
  readonly #over: LinkedAbort = linkAbort();
  readonly #posts: { readonly text: string; readonly live: boolean }[] = [];
  readonly #cuts: CutOutcome[] = [];
  #isCut = false;
  #first: Vitals | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#began = options.clock.monotonic();
    this.#heardBefore = options.scene.client.heard.length;
  }

  async run(): Promise<IdleOutcome> {
    const { plan, scene } = this.#options;
    const start = this.#counts();
    const { cpuSeconds } = await scene.client.ask('vitals', { collectGarbage: true });
    try {
      await Promise.all(
        [this.#posting(), this.#cutting(), this.#reporting()].map((task) => this.#orEnd(task)),
      );
      await this.#at(plan.lengthMs);
    } finally {
      this.#over.abort();
    }
    const last = await scene.client.ask('vitals', { collectGarbage: true });
    const end = this.#counts();
    const methods = Object.keys(end.requests);
    return {
      seconds: (this.#options.clock.monotonic() - this.#began) / 1000,
      posts: this.#posts,
      heard: this.#heard,
      cuts: this.#cuts,
      first: this.#first ?? last,
      last,
      sentBytes: end.up - start.up,
      connectionsMade: end.accepted - start.accepted,
      requests: Object.fromEntries(
        methods.map((method) => [method, (end.requests[method] ?? 0) - (start.requests[method] ?? 0)]),
      ),
      cpuSeconds: last.cpuSeconds - cpuSeconds,
      warnings: scene.client.warnings,
      troubles: scene.client.troubles,
    };
  }

  get #heard(): string[] {
    return this.#options.scene.client.heard.slice(this.#heardBefore);
  }

  #counts(): { readonly up: number; readonly accepted: number; readonly requests: Record<string, number> } {
    const { wire, sandbox } = this.#options.scene;
    return { up: wire.up, accepted: wire.accepted, requests: { ...sandbox.report().weather.requests } };
  }

  /** The first task that fails ends the others. */
  async #orEnd(task: Promise<void>): Promise<void> {
    try {
      await task;
    } catch (error) {
      this.#over.abort(error);
      throw this.#over.signal.reason;
    }
  }

  async #at(ms: number): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(this.#began + ms - clock.monotonic(), this.#over.signal);
  }

  #post(text: string): void {
    this.#posts.push({ text, live: !this.#isCut });
    this.#options.scene.post(text);
  }

  async #posting(): Promise<void> {
    for (const [nth, at] of this.#options.plan.posts.entries()) {
      await this.#at(at);
      this.#post(`minute ${nth + 1}`);
    }
  }

  async #cutting(): Promise<void> {
    for (const [nth, at] of this.#options.plan.cuts.entries()) {
      await this.#at(at);
      this.#cuts.push(await this.#cut(nth + 1));
    }
  }

  async #cut(nth: number): Promise<CutOutcome> {
    const { scene, clock, say } = this.#options;
    const { signal } = this.#over;
    this.#isCut = true;
    scene.cut();
    const cutAt = clock.monotonic();
    say(`        cut ${nth} at ${((cutAt - this.#began) / MINUTE_MS).toFixed(2)} min`);
    const noticed = await until(clock, NOTICE_LIMIT_MS, () => scene.wire.heldDead === 0, signal);
    const noticedAt = clock.monotonic();
    const connected = noticed && (await until(clock, CONNECT_LIMIT_MS, () => scene.wire.live > 0, signal));
    const connectedAt = clock.monotonic();
    await clock.sleep(SETTLED_MS, signal);
    if (connected) {
      this.#isCut = false;
      this.#post(`after cut ${nth}`);
      await clock.sleep(SETTLED_MS, signal);
    }
    const outcome: CutOutcome = {
      noticedAfter: noticed ? seconds(noticedAt - cutAt) : undefined,
      connectedAfter: connected ? seconds(connectedAt - noticedAt) : undefined,
      atClient: scene.wire.open,
      atSandbox: scene.sandbox.report().connections.open,
    };
    say(
      noticed
        ? `        cut ${nth} noticed after ${outcome.noticedAfter} s, ${connected ? `connected ${outcome.connectedAfter} s later` : 'not connected again'}`
        : `        cut ${nth} not noticed in ${NOTICE_LIMIT_MS / 1000} s`,
    );
    return outcome;
  }

  async #reporting(): Promise<void> {
    const { plan, scene, say } = this.#options;
    say('minute  pushes  connections  bytes sent  RSS         heap        resources  CPU s');
    const { up } = scene.wire;
    for (let at = MINUTE_MS; at <= plan.lengthMs - LAST_PUSH_MS; at += MINUTE_MS) {
      await this.#at(at);
      const isFirst = at === plan.firstMeasure;
      const vitals = await scene.client.ask('vitals', { collectGarbage: isFirst });
      if (isFirst) this.#first = vitals;
      say(
        [
          String(at / MINUTE_MS).padStart(6),
          `${this.#heard.length}/${this.#posts.length}`.padStart(6),
          String(scene.wire.open).padStart(11),
          String(scene.wire.up - up).padStart(10),
          formatBytes(vitals.rssBytes).padEnd(10),
          formatBytes(vitals.heapBytes).padEnd(10),
          String(Object.values(vitals.resources).reduce((sum, count) => sum + count, 0)).padStart(9),
          vitals.cpuSeconds.toFixed(2),
        ].join('  '),
      );
    }
  }
}

function summary(
  { seed }: IdlePlan,
  { posts, heard, cuts, first, last, requests, cpuSeconds, ...rest }: IdleOutcome,
): Record<string, unknown> {
  return {
    seed,
    seconds: seconds(rest.seconds * 1000),
    pushesSent: posts.length,
    pushesSentWhileLive: posts.filter(({ live }) => live).length,
    pushesHeard: heard.length,
    cuts,
    rssBytes: [first.rssBytes, last.rssBytes],
    heapBytes: [first.heapBytes, last.heapBytes],
    resources: [first.resources, last.resources],
    sentBytes: rest.sentBytes,
    connectionsMade: rest.connectionsMade,
    calls: Object.fromEntries(Object.entries(requests).filter(([, count]) => count > 0)),
    cpuSeconds: seconds(cpuSeconds * 1000),
    warnings: rest.warnings.length,
    troubles: rest.troubles.length,
  };
}

/** To a hundredth. */
function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}

async function until(
  clock: Clock,
  mostMs: number,
  done: () => boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  for (const began = clock.monotonic(); !done(); await clock.sleep(LOOK_EVERY_MS, signal)) {
    if (clock.monotonic() - began >= mostMs) return false;
  }
  return true;
}
