import { together } from '../base/together.js';
import type { SelectionReason } from '../messages/selection/reasons.js';
import { remainingCount } from '../telegram/history.js';
import type { CloneOptions } from './options.js';
import { beginningOf, type End } from './range.js';
import type { Tally } from './summary.js';

/** Messages that a run leaves out without reading them, because they lie outside its selection's bounds. */
export interface Unread {
  readonly reason: SelectionReason;
  /** How many they are, by the server's own count. */
  readonly messages: number;
}

/**
 * Where the selection lets the run begin. What lies between the checkpoint and there is counted by the server, and noted
 * in the ledger before the checkpoint may move beyond it.
 */
export async function passOver(options: CloneOptions, tally: Tally): Promise<number> {
  const { job, selection, signal } = options;
  const { checkpoint } = job;
  const { after: begin, dated = checkpoint } = await beginningOf(options, selection?.bounds, checkpoint);
  if (begin === checkpoint) return begin;
  await job.missed.savePassedOver([...job.missed.passedOver, { after: checkpoint, upTo: begin }]);
  const border = Math.min(begin, Math.max(checkpoint, dated));
  const [all, younger, ahead] = await together(signal, (linked) =>
    [checkpoint, border, begin].map((id) => countAfter({ ...options, signal: linked }, id)),
  );
  tally.unread('before_since', between(all, younger));
  tally.unread('below_from_id', between(younger, ahead));
  return begin;
}

/** What lies above the selection's end, and after `begin`; undefined when the server doesn't say. */
export async function unreadAbove(
  options: CountOptions,
  { upTo, dated }: End,
  begin: number,
): Promise<readonly Unread[] | undefined> {
  if (upTo >= LARGEST_ID) return [];
  const [beyond, late] = await together(options.signal, (signal) => [
    countAfter({ ...options, signal }, Math.max(begin, upTo)),
    dated === undefined ? Promise.resolve(0) : countAfter({ ...options, signal }, Math.max(begin, dated)),
  ]);
  if (beyond === undefined || late === undefined) return undefined;
  return [
    { reason: 'after_until', messages: late },
    { reason: 'above_to_id', messages: Math.max(0, beyond - late) },
  ];
}

/** Counts what lay above the selection's end when the run began, once it has come there. */
export function countUnread({ unread, straddling, tally }: Counted): void {
  let read = straddling.messages;
  for (const { reason, messages } of unread) {
    tally.unread(reason, Math.max(0, messages - read));
    read = Math.max(0, read - messages);
  }
}

interface Counted {
  readonly unread: readonly Unread[];
  /** How many of these were read all the same, as items of albums that began below. */
  readonly straddling: { readonly messages: number };
  readonly tally: Pick<Tally, 'unread'>;
}

/** TL: ids of messages are ints. */
const LARGEST_ID = 2 ** 31 - 1;

type CountOptions = Pick<CloneOptions, 'client' | 'source' | 'sourceTopic' | 'signal'>;

function countAfter(
  { client, source, sourceTopic: topicId, signal }: CountOptions,
  afterId: number,
): Promise<number | undefined> {
  return remainingCount(client, source, { afterId, topicId }, signal);
}

function between(from: number | undefined, to: number | undefined): number {
  return from === undefined || to === undefined ? 0 : Math.max(0, from - to);
}
