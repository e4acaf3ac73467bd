import { linkAbort } from '../../base/abort.js';
import { NotSignedInError } from '../../base/errors.js';
import { bury, complete, divide, fail, giveBack, handOn, putOff } from '../../queue/endings.js';
import { freeAnyones } from '../../queue/free.js';
import { Judgement } from '../../queue/judgement.js';
import { ANY_ACCOUNT, accountQueue, type Ending } from '../../queue/order.js';
import { admitDue } from '../../queue/schedules.js';
import { sweepBefore, sweepDead } from '../../queue/sweep.js';
import { isEmpty, type Taken, take } from '../../queue/take.js';
import { beat, SEEN_EVERY_MS, unregister } from '../../queue/workers.js';
import { Activity } from './activity.js';
import { handOver } from './hand-over.js';
import { MachinePause } from './machine-pause.js';
import { type JobEnd, outcomeOf } from './outcome.js';
import type { Running } from './running.js';
import type { WorkerEvent } from './worker-events.js';
import type { WorkerLoopOptions } from './worker-loop-options.js';

/** How often an idle worker looks for a job, in milliseconds. */
const LOOK_EVERY_MS = 2000;
/** How long a job waits for another process that works on the same, in milliseconds. */
const BUSY_MS = 30_000;
/** How long a job has to end cleanly, in milliseconds. */
const GRACE_MS = 60_000;
/** The same for a job that another worker may have by now. */
const LOST_GRACE_MS = 20_000;

/** Takes jobs and does them, until its signal aborts. Gives back what dead workers have left. */
export class WorkerLoop {
  readonly #options: WorkerLoopOptions;
  readonly #judgement: Judgement;
  readonly #pause: MachinePause;
  readonly #running = new Map<string, Running>();
  readonly #ended = new AbortController();
  #fatal: unknown;
  /** Whether something has ended since the last look for a job. */
  #nudged = false;
  #wake: () => void = () => {};

  constructor(options: WorkerLoopOptions) {
    this.#options = options;
    this.#judgement = new Judgement(options.clock);
    this.#pause = new MachinePause(options.clock);
  }

  /** Throws NotSignedInError when the session has ended; the errors of the database. */
  async run(): Promise<void> {
    const { queue, worker, onEvent, signal } = this.#options;
    await this.#beat();
    this.#options.onReady();
    for (const job of await sweepBefore(queue, worker)) onEvent({ kind: 'found', ...job });
    const beating = this.#beats();
    try {
      await this.#takeAll();
    } finally {
      await this.#settle();
      this.#ended.abort();
      await beating;
      await unregister(queue.db, worker).catch((error: unknown) => {
        // Others see that it is dead.
        if (!signal.aborted) throw error;
      });
    }
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  async #takeAll(): Promise<void> {
    const { queue, worker, untilEmpty, clock, signal } = this.#options;
    const isEnding = (): boolean => signal.aborted || this.#fatal !== undefined;
    while (!isEnding()) {
      this.#nudged = false;
      const isFull = this.#running.size >= worker.jobs;
      await admitDue(queue, signal);
      const job =
        isFull || this.#pause.isOn ? undefined : await take(queue, worker, [...this.#running.keys()]);
      if (job) {
        if (this.#running.has(job.id)) await this.#leave(job);
        else this.#begin(job);
        continue;
      }
      if (!isFull && untilEmpty && this.#running.size === 0 && (await isEmpty(queue, worker))) return;
      if (this.#nudged) continue;
      const pause = linkAbort(signal);
      this.#wake = () => pause.abort();
      await clock.sleep(LOOK_EVERY_MS, pause.signal).catch(() => undefined);
      pause.release();
    }
  }

  #begin(job: Taken): void {
    const { onEvent, clock, signal } = this.#options;
    const running: Running = {
      job,
      stop: linkAbort(signal),
      kill: new AbortController(),
      over: new AbortController(),
      activity: new Activity(clock),
      lost: false,
    };
    this.#running.set(job.id, running);
    onEvent({ kind: 'taken', job });
    void this.#do(running)
      .catch((error: unknown) => {
        this.#fatal ??= error;
      })
      .finally(() => {
        running.stop.release();
        running.over.abort();
        this.#running.delete(job.id);
        this.#nudge();
      });
  }

  /** One that was given back while its process still ends here, and that no other worker has taken. */
  async #leave(job: Taken): Promise<void> {
    const { queue, worker, onEvent } = this.#options;
    const message = 'Its process is still ending here.';
    const ending: Ending = { code: 'JOB_RUNNING', message, host: worker.host };
    const isOurs = await putOff({ queue, worker }, job, BUSY_MS, ending);
    onEvent(isOurs ? { kind: 'busy', job, ending } : { kind: 'lost', job });
  }

  async #do(running: Running): Promise<void> {
    const { queue, worker, onEvent, plan, work, endOf } = this.#options;
    const { job, stop, kill } = running;
    const holder = { queue, worker };
    const refused = job.order.refusals?.some(({ account }) => account === worker.account) === true;
    // Once begun, a run is its account's: another one would begin it from scratch.
    if (job.queue === ANY_ACCOUNT && job.order.command === 'run' && !refused) {
      await handOn(holder, job, accountQueue(worker.account), job.order);
      return;
    }
    let end: JobEnd;
    try {
      if (refused) return onEvent(await handOver(holder, job, undefined));
      const stretches = await plan(job, stop.signal);
      if (stretches) {
        const isOurs = await divide(holder, job, stretches);
        return onEvent({ kind: isOurs ? 'divided' : 'lost', job, stretches: stretches.length });
      }
      const onLine = (line: string): void => running.activity.line(line);
      end = await work(job, { signal: stop.signal, kill: kill.signal, onLine });
    } catch (error) {
      end = endOf(error);
    }
    if (running.lost) return onEvent({ kind: 'lost', job });
    await this.#settleJob(running, end);
  }

  async #settleJob(running: Running, end: JobEnd): Promise<void> {
    const { queue, worker, onEvent, signal } = this.#options;
    const { job } = running;
    const holder = { queue, worker };
    const { code, message } = end;
    const ending: Ending = { code, message, host: worker.host };
    const say = (kind: WorkerEvent['kind'], isOurs: boolean): void =>
      onEvent({ kind: isOurs ? kind : 'lost', job, ending } as WorkerEvent);
    const outcome = signal.aborted && end.status !== 0 ? 'interrupted' : outcomeOf(end, job.order);
    switch (outcome) {
      case 'done':
        this.#pause.end();
        return say('done', await complete(holder, job, { host: worker.host }));
      case 'interrupted':
        return say('given-back', await giveBack(holder, job));
      case 'busy':
        return say('busy', await putOff(holder, job, BUSY_MS, ending));
      case 'machine': {
        const pauseMs = this.#pause.begin();
        // After the pause this machine tries another job first: the fault may be this one's alone.
        const isOurs = await putOff(holder, job, pauseMs + LOOK_EVERY_MS, ending);
        if (!isOurs) return onEvent({ kind: 'lost', job });
        return onEvent({ kind: 'machine', job, ending, pauseMs });
      }
      case 'signed-out':
        await giveBack(holder, job);
        throw new NotSignedInError(message);
      case 'begun':
      case 'rights':
        return onEvent(await handOver(holder, job, end));
      case 'refused':
        return say('refused', await bury(holder, job, ending));
      case 'failed': {
        const what = await fail(holder, job, ending);
        return say(what === 'dead' ? 'dead' : 'failed', what !== 'lost');
      }
    }
  }

  /** Says that it lives, now and then, and gives back what the dead have left. */
  async #beats(): Promise<void> {
    const { queue, clock, onEvent } = this.#options;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      await clock.sleep(SEEN_EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#beat();
        for (const job of await sweepDead(queue, this.#judgement)) onEvent({ kind: 'found', ...job });
        for (const id of await freeAnyones(queue, this.#judgement)) onEvent({ kind: 'freed', id });
      } catch (error) {
        // While it ends, nobody waits for the database: its row expires.
        if (this.#options.signal.aborted) continue;
        this.#fatal ??= error;
        this.#nudge();
        return;
      }
    }
  }

  async #beat(): Promise<void> {
    const { queue, worker, clock, signal } = this.#options;
    const all = [...this.#running.values()];
    const moved = all.filter(({ activity }) => activity.take());
    const lost = await beat(queue.db, worker, {
      state: signal.aborted ? 'ending' : 'working',
      running: all.map(({ job }) => job.id),
      moved: moved.map(({ job }) => job.id),
    });
    this.#judgement.noteBeat();
    for (const id of lost) {
      const running = this.#running.get(id);
      if (!running || running.lost) continue;
      running.lost = true;
      running.stop.abort(new Error('The job was given back.'));
      void clock.sleep(LOST_GRACE_MS, running.over.signal).then(
        () => running.kill.abort(),
        () => undefined,
      );
    }
  }

  #nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /** Ends the jobs that still run. */
  async #settle(): Promise<void> {
    const { clock } = this.#options;
    const left = new AbortController();
    const deadline = clock
      .sleep(GRACE_MS, left.signal)
      .then(() => {
        for (const { kill } of this.#running.values()) kill.abort();
      })
      .catch(() => undefined);
    for (const { stop } of this.#running.values()) stop.abort(new Error('The worker ends.'));
    while (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    left.abort();
    await deadline;
  }
}
