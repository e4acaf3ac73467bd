import { accountOf, type Ending } from '../../queue/order.js';
import type { GivenBack } from '../../queue/sweep.js';
import type { Taken } from '../../queue/take.js';
import { formatDuration } from '../progress/words.js';

interface OfJob {
  readonly job: Taken;
}

/** What a worker says of its jobs, one line each. */
export type WorkerEvent =
  | (OfJob & { readonly kind: 'taken' })
  | (OfJob & { readonly kind: 'divided' | 'lost'; readonly stretches?: number })
  | (OfJob & {
      readonly kind: 'done' | 'given-back' | 'busy' | 'refused' | 'failed' | 'dead';
      readonly ending: Ending;
    })
  | (OfJob & { readonly kind: 'machine'; readonly ending: Ending; readonly pauseMs: number })
  | (OfJob & { readonly kind: 'handed-on'; readonly account: number; readonly ending?: Ending })
  | (GivenBack & { readonly kind: 'found' })
  | { readonly kind: 'freed'; readonly id: string };

/** An event as a sentence. */
export function eventWords(event: WorkerEvent): string {
  if (event.kind === 'found') {
    const of = event.host === undefined ? 'a worker that is gone' : `a worker on ${event.host} that has died`;
    return `Gave back job ${event.id} of ${of}.`;
  }
  if (event.kind === 'freed')
    return `Freed job ${event.id}: the workers of the account that it waited for have died, and any account may do it.`;
  const { id, order, retryCount, retryLimit } = event.job;
  const name = `job ${id} (${jobWords(event.job)})`;
  switch (event.kind) {
    case 'taken':
      return `Took ${name}${retryCount > 0 ? `, try ${retryCount + 1} of ${retryLimit + 1}` : ''}.`;
    case 'divided':
      return `Divided ${name} into ${event.stretches} stretches.`;
    case 'lost':
      return `Lost ${name}: this worker was silent for too long, and the job was given back.`;
    case 'done':
      return `Did ${name}.`;
    case 'given-back':
      return `Gave back ${name}.`;
    case 'busy':
      return `Put off ${name}: ${event.ending.message}`;
    case 'machine':
      return `Gave back ${name}, and takes nothing for ${formatDuration(event.pauseMs / 1000)}: ${event.ending.message}`;
    case 'handed-on': {
      const why = event.ending ? `: ${event.ending.message}` : '.';
      return `Handed ${name} on to account ${event.account}${why}`;
    }
    case 'refused':
      return `Moved ${name} to the dead letters: ${event.ending.message}`;
    case 'dead':
      return `Moved ${name} to the dead letters after ${order.command === 'run' ? 'its' : 'the'} last try: ${event.ending.message}`;
    case 'failed':
      return `Failed at ${name}, which is tried again: ${event.ending.message}`;
  }
}

/** An event for --json. */
export function eventRecord(event: WorkerEvent): Record<string, unknown> {
  if (event.kind === 'found') {
    return { event: 'gave_back_of_dead', job: event.id, queue: event.queue, host: event.host ?? null };
  }
  if (event.kind === 'freed') return { event: 'freed', job: event.id };
  const { kind, job } = event;
  return {
    event: kind.replace('-', '_'),
    job: job.id,
    queue: job.queue,
    account: accountOf(job.queue) ?? null,
    title: job.order.title,
    ...(job.order.number !== undefined && { stretch: job.order.number, of: job.order.of }),
    ...('ending' in event && event.ending && { code: event.ending.code, message: event.ending.message }),
    ...('stretches' in event && event.stretches !== undefined && { stretches: event.stretches }),
    ...(event.kind === 'machine' && { pauseMs: Math.round(event.pauseMs) }),
    ...(event.kind === 'handed-on' && { to: event.account }),
  };
}

/** What a job does, for people: its command and chats, and which stretch. */
export function jobWords({ order: { command, title, number, of } }: Pick<Taken, 'order'>): string {
  return `${command} ${title}${number === undefined ? '' : `, stretch ${number} of ${of}`}`;
}
