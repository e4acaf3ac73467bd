import { getEventListeners, setMaxListeners } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { InterruptedError } from '../../lib/base/errors.js';
import { seededRandom } from '../../lib/base/random.js';
import type { CloneSummary } from '../../lib/clone/summary.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { LifeClock } from '../support/jumping-clock.js';
import type { Choice } from './choice.js';
import { cloneJob } from './clone-job.js';
import { type JobScene, targetWord } from './content.js';
import { stormOf } from './faults.js';
import type { LifePlan, Mishap } from './plan.js';
import type { Setting } from './setting.js';
import { Steps } from './steps.js';

export type LifeEnd =
  | { readonly kind: 'done'; readonly summary: CloneSummary }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'died' };

/** A stop must be over within this time: a send under way is waited for 3 s. */
const LONGEST_STOP_MS = 4_000;

export interface LifeOptions {
  /** What happens to the process; undefined: nothing. */
  readonly plan: LifePlan | undefined;
  /** Which of the scene's jobs it runs, from 0. */
  readonly job: number;
  /** Which process of the seed it is, from 1. */
  readonly number: number;
}

/** One process, from its start to its end, with what happens to it. Throws when it ends as no process should. */
export async function live(setting: Setting, options: LifeOptions): Promise<LifeEnd> {
  const life = new Life(setting, options);
  const end = await life.end();
  await life.leaveNothing(end);
  return end;
}

class Life {
  readonly #setting: Setting;
  readonly #number: number;
  readonly #clock: LifeClock;
  readonly #stop = new AbortController();
  readonly #steps: Steps;
  readonly #budget: ByteBudget;
  readonly #storm: ReturnType<typeof stormOf>;
  #die: () => void = () => {};
  #stoppedAt: number | undefined;
  #choice: Choice | undefined;
  readonly #plan: LifePlan | undefined;
  readonly #job: JobScene;

  constructor(setting: Setting, { plan, job, number }: LifeOptions) {
    const scene = setting.scene.jobs[job];
    if (!scene) throw new RangeError(`There is no job ${job}.`);
    this.#setting = setting;
    this.#plan = plan;
    this.#job = scene;
    this.#number = number;
    this.#clock = new LifeClock(setting.course, setting.wallOffMs);
    setting.clock = this.#clock;
    setMaxListeners(0, this.#stop.signal);
    this.#steps = new Steps(plan?.mishaps ?? [], (mishap) => this.#suffer(mishap));
    this.#budget = new ByteBudget(setting.plan.bufferParts * 524_288);
    this.#storm = stormOf(setting, { calm: plan === undefined, number, steps: this.#steps });
  }

  async end(): Promise<LifeEnd> {
    const { disk, directories } = this.#setting;
    const steps = this.#steps;
    const setting = this.#setting;
    this.#choice = await this.#choose();
    this.#clock.onSleep = () => steps.take('sleep');
    disk.watch({
      root: directories.current,
      onChange: () => steps.take('disk'),
      get full() {
        return setting.diskFull;
      },
    });
    const died = new Promise<LifeEnd>((resolve) => {
      this.#die = () => resolve({ kind: 'died' });
    });
    this.#storm.begin();
    const { stopAfterMs } = this.#plan ?? {};
    const over = new AbortController();
    if (stopAfterMs !== undefined) {
      const stop = (): void => this.#stopIt();
      setting.course.sleep(stopAfterMs, over.signal).then(stop, () => {});
    }
    const running = this.#run().then(
      (summary): LifeEnd => ({ kind: 'done', summary }),
      (error: unknown): LifeEnd => ({ kind: 'failed', error }),
    );
    const end = await Promise.race([died, running]);
    over.abort();
    steps.end();
    this.#storm.end();
    disk.watch(undefined);
    if (end.kind === 'died') await this.#bury(running);
    else if (this.#stoppedAt !== undefined) this.#requireSwiftStop();
    return end;
  }

  /** Throws if a process left anything open that it should have closed. */
  async leaveNothing(end: LifeEnd): Promise<void> {
    const { course, sandbox, directories } = this.#setting;
    await course.quiet();
    sandbox.setReachable(true);
    const { heldBytes, waiting, peakBytes, limitBytes } = this.#budget;
    const left: Record<string, number> = {
      connections: sandbox.report().connections.open,
      timers: this.#clock.sleeping,
      listeners: getEventListeners(this.#stop.signal, 'abort').length,
      openFiles: openFilesUnder(directories.base),
      heldBytes,
      waiting,
      bytesOverBudget: Math.max(0, peakBytes - limitBytes),
      ...(end.kind === 'done' && {
        temporaryFiles: directories
          .files()
          .filter((name) => name.endsWith('.tmp') && name.startsWith(`${this.#job.source.id}_`)).length,
      }),
    };
    const leaks = Object.entries(left).filter(([, count]) => count > 0);
    if (leaks.length > 0)
      throw new Error(`Process ${this.#number} left ${JSON.stringify(Object.fromEntries(leaks))}.`);
  }

  async #run(): Promise<CloneSummary> {
    const { plan, sandbox, scene, session, directories, log, host } = this.#setting;
    const random = seededRandom(`${plan.seed}/life/${this.#number}`);
    const shared = { log, clock: this.#clock, random, signal: this.#stop.signal };
    const { server } = sandbox;
    const client = await connectTelegram({ ...SANDBOX_APP, session, server, testDc: false, ...shared });
    try {
      return await cloneJob(client, {
        plan,
        job: this.#job,
        target: targetWord(scene),
        choice: this.#choice,
        place: { dataDir: directories.current, host },
        budget: this.#budget,
        ...shared,
      });
    } finally {
      await client.close();
    }
  }

  #choose(): Promise<Choice> {
    const { plan, scene, asked, directories } = this.#setting;
    const { choice } = this.#plan ?? { choice: plan.lastChoice };
    return asked.begin(scene.jobs.indexOf(this.#job), choice, directories.current);
  }

  #suffer({ what, ms }: Mishap): void {
    const { setting, clock } = { setting: this.#setting, clock: this.#clock };
    setting.note(what);
    switch (what) {
      case 'death':
        this.#steps.end();
        setting.directories.crash();
        clock.freeze();
        setting.sandbox.setReachable(false);
        this.#die();
        break;
      case 'interrupt':
        this.#stopIt();
        break;
      case 'disk-full':
        setting.diskFull = true;
        break;
      case 'outage':
        this.#storm.outage(ms);
        break;
      case 'clock-step':
        clock.offMs += ms;
        setting.wallOffMs = clock.offMs;
        break;
      case 'references':
        setting.sandbox.files.expireReferences();
        break;
      case 'files-move':
        for (const file of setting.sandbox.files.all()) {
          setting.sandbox.files.put({ ...file, dcId: file.dcId === 1 ? 2 : 1 });
        }
    }
  }

  #stopIt(): void {
    this.#stoppedAt = this.#setting.course.monotonic();
    this.#stop.abort(new InterruptedError('SIGTERM'));
  }

  /**
   * Ends what is left of a process that died: nothing that it does reaches the server or its disk any more. It is
   * allowed to finish, so that nothing of it stays in this process's memory.
   */
  async #bury(running: Promise<LifeEnd>): Promise<void> {
    await this.#setting.course.quiet();
    this.#stop.abort(new Error('The process has died.'));
    this.#clock.fly();
    await running;
  }

  #requireSwiftStop(): void {
    const tookMs = this.#setting.course.monotonic() - (this.#stoppedAt ?? 0);
    if (tookMs > LONGEST_STOP_MS) throw new Error(`Process ${this.#number} took ${tookMs} ms to stop.`);
  }
}

/**
 * How many files below a directory this process has open; 0 if the system doesn't say. The ledger's don't count: libsql
 * closes them when its statements are collected, at the latest at the end of a real process.
 */
function openFilesUnder(directory: string): number {
  if (process.platform !== 'linux') return 0;
  const pathOf = (fd: string): string => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // the directory's own, which is closed by now
    }
  };
  const open = readdirSync('/proc/self/fd').map(pathOf);
  return open.filter((path) => path.startsWith(directory) && !/\/ledger\.db(?:-wal|-shm)?$/.test(path))
    .length;
}
