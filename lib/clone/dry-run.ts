import { linkAbort } from '../base/abort.js';
import type { Via } from '../base/ways.js';
import type { PeekedJob } from '../ledger/peek-job.js';
import type { Reduction, SkipReason } from '../messages/losses.js';
import { kindOf, type SelectableKind } from '../messages/selection/kinds.js';
import { isMedia } from '../messages/tl/content.js';
import { documentOf } from '../messages/tl/document/document.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { contentAt, fileAt } from '../messages/tl/spots.js';
import { estimateSends, type SendEstimate } from '../pace/estimate.js';
import { borrowedOf } from './borrowed.js';
import { fileSpots } from './carry-content.js';
import { runClone } from './clone.js';
import { DryJob } from './dry-job.js';
import type { CloneEvent } from './events.js';
import type { CloneOptions } from './options.js';
import { readOnlyClient } from './read-only-client.js';
import type { Rehearsal } from './rehearsal.js';
import type { CloneSummary } from './summary.js';

/** How messages of a kind are going to be sent. */
export type Manner = 'streamed' | 'by_reference' | 'as_text' | 'as_media' | 'as_card';

/** What becomes of the messages of one kind. */
export interface KindOutlook {
  /** How many are sent, by how they are sent. */
  readonly sent: Readonly<Partial<Record<Manner, number>>>;
  /** Bytes of files that move. */
  readonly bytes: number;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly lost: Readonly<Partial<Record<Reduction, number>>>;
}

/** What a run would do now. */
export interface DryRun {
  readonly kinds: Readonly<Partial<Record<SelectableKind, KindOutlook>>>;
  /** As the run's own summary will count, except for what only Telegram's answers show. */
  readonly summary: CloneSummary;
  /** The titles of topics that are created, by their id in the source. */
  readonly topics: readonly { readonly id: number; readonly title: string }[];
  readonly estimate: SendEstimate;
  /** How many messages an earlier run left in doubt: the run looks for them in the target first. */
  readonly inDoubt: number;
  /** How many messages lay ahead, if the server says so. */
  readonly ahead: number | undefined;
  /** How many of them were looked at, and whether these are all. */
  readonly lookedAt: number;
  readonly isWhole: boolean;
  /** How many of these forbid saving by themselves. */
  readonly protectedMessages: number;
}

export type DryRunOptions = Omit<CloneOptions, 'job' | 'rehearsal' | 'onEvent'> & {
  readonly job: PeekedJob;
  /** The source id before the first message: see numberingOf. */
  readonly start: number;
  /** Looks at this many messages or a few more, and then ends. Default: at all. */
  readonly most?: number;
};

/**
 * Goes through everything that a run would do, in the run's own code, and counts it. Sends, creates, uploads and writes
 * nothing: the ledger is only read, and a request that would change anything at Telegram is an error. Throws the errors
 * that a run would stop with.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const outlook = new Outlook(options.source.kind === 'forum');
  const topics: DryRun['topics'][number][] = [];
  const { via = 'stream', most = Number.POSITIVE_INFINITY } = options;
  const enough = linkAbort(options.signal);
  const looked = new WeakSet<HistoryMessage>();
  let protectedMessages = 0;
  let ahead: number | undefined;
  let last: CloneSummary | undefined;
  let turns = 0;
  let next = FIRST_ID;
  const rehearsal: Rehearsal = {
    targetIds(count) {
      next += count;
      return Array.from({ length: count }, (_, index) => next - count + index);
    },
    isRehearsed: (id) => id >= FIRST_ID,
    interval: {
      waitMs: 0,
      intervalMs: 0,
      setFloor() {},
      async turn(items) {
        turns += items;
      },
      answered() {},
    },
    noteContent(message, content) {
      outlook.note(message, mannerOf(content, via), bytesOf(content, via));
      if (looked.has(message)) return;
      looked.add(message);
      if (message.noforwards && content.kind !== 'skip') protectedMessages += 1;
    },
  };
  const job = new DryJob(options.job, options.start);
  const ended = runClone({
    ...options,
    client: readOnlyClient(options.client),
    job,
    rehearsal,
    signal: enough.signal,
    onEvent(event) {
      outlook.see(event);
      if (event.kind === 'plan') ahead = event.total;
      if (event.kind === 'end') last = event.summary;
      if (outlook.reported >= most) enough.abort(ENOUGH);
      if (event.kind === 'topic') topics.push({ id: event.sourceTopic, title: event.title });
    },
  });
  try {
    await ended;
  } catch (error) {
    if (error !== ENOUGH) throw error;
  } finally {
    enough.release();
  }
  if (!last) throw new Error('A run that has ended reports its summary.');
  return {
    kinds: outlook.kinds(),
    summary: last,
    topics,
    ahead,
    lookedAt: outlook.reported,
    isWhole: !enough.signal.aborted,
    protectedMessages,
    estimate: estimateSends(turns, options.minIntervalMs),
    inDoubt: (await options.job.inStates(['sending'])).length,
  };
}

/** Why a look ends that was to end early. */
const ENOUGH = new Error('Enough messages were looked at.');

/** Above the ids that a chat has in practice, and a TL int. */
const FIRST_ID = 2 ** 30;

type Content = Parameters<Rehearsal['noteContent']>[1];

function mannerOf(content: Content, via: Via): Manner | undefined {
  if (content.kind === 'skip') return undefined;
  if (content.kind === 'written') return content.losses.includes('card') ? 'as_card' : 'as_text';
  if (content.kind === 'text') return 'as_text';
  if (!isMedia(content)) return 'as_media';
  return borrowedOf(content, via).document ? 'by_reference' : 'streamed';
}

/** Bytes that a message's files move. */
function bytesOf(content: Content, via: Via): number {
  if (content.kind === 'skip' || content.kind === 'written') return 0;
  return fileSpots(content).reduce((sum, spot) => {
    const file = contentAt(content.message, spot);
    const moves = file && !borrowedOf(file, via).document;
    return sum + (moves ? (fileAt(content.message, spot)?.size ?? 0) : 0);
  }, 0);
}

interface Noted {
  readonly kind: SelectableKind;
  readonly manner: Manner | undefined;
  readonly bytes: number;
}

class Counts {
  readonly sent: Partial<Record<Manner, number>> = {};
  bytes = 0;
  readonly skipped: Partial<Record<SkipReason, number>> = {};
  readonly failed: Record<string, number> = {};
  readonly lost: Partial<Record<Reduction, number>> = {};
}

/** Sorts what a run reports by the kinds of its messages. */
class Outlook {
  /** How many messages were reported as sent, skipped or failed. */
  reported = 0;
  readonly #isForum: boolean;
  readonly #kinds = new Map<SelectableKind, Counts>();
  /** Messages that were looked at and not reported yet. */
  readonly #noted = new Map<number, Noted>();
  /** Messages that were reported as sent last: their losses come right after. */
  #latest = new Map<number, Noted>();

  constructor(isForum: boolean) {
    this.#isForum = isForum;
  }

  note(message: HistoryMessage, manner: Manner | undefined, bytes: number): void {
    const kind = kindOf(documentOf(message, { isForum: this.#isForum }));
    this.#noted.set(message.id, { kind, manner, bytes });
  }

  see(event: CloneEvent): void {
    if (event.kind === 'sent') {
      this.#latest = new Map();
      for (const id of event.sourceIds) this.#count(id, (counts, noted) => sent(counts, noted));
    } else if (event.kind === 'skipped') {
      this.#count(event.sourceId, ({ skipped }) => add(skipped, event.reason));
    } else if (event.kind === 'failed') {
      this.#count(event.sourceId, ({ failed }) => add(failed, event.reason));
    } else if (event.kind === 'reduced') {
      const noted = this.#latest.get(event.sourceId) ?? this.#noted.get(event.sourceId);
      if (noted) add(this.#of(noted).lost, event.lost);
    }
  }

  kinds(): DryRun['kinds'] {
    return Object.fromEntries([...this.#kinds].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #count(id: number, work: (counts: Counts, noted: Noted) => void): void {
    const noted = this.#noted.get(id);
    if (!noted) return;
    this.#noted.delete(id);
    this.reported += 1;
    this.#latest.set(id, noted);
    work(this.#of(noted), noted);
  }

  #of({ kind }: Noted): Counts {
    const counts = this.#kinds.get(kind) ?? new Counts();
    this.#kinds.set(kind, counts);
    return counts;
  }
}

function sent(counts: Counts, { manner, bytes }: Noted): void {
  if (manner) add(counts.sent, manner);
  counts.bytes += bytes;
}

function add<Name extends string>(counts: Partial<Record<Name, number>>, name: Name): void {
  counts[name] = ((counts[name] as number | undefined) ?? 0) + 1;
}
