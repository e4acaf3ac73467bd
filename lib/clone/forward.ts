import { FailedError, UsageError } from '../base/errors.js';
import { idInChat, isOlder, shownId } from '../base/source-ids.js';
import type { Copyable, ForwardContent } from '../messages/tl/content.js';
import { fingerprintOf, looksAs } from '../messages/tl/fingerprint.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { findSent, readPosted } from '../telegram/find-sent.js';
import { type ForwardCall, type Forwarded, forwardMessages } from '../telegram/forward.js';
import { fetchMessages } from '../telegram/history.js';
import { finishInFlight } from './in-flight.js';
import { expectLosses, forgetSends, takeLosses } from './losses-of-send.js';
import type { CloneOptions } from './options.js';
import { noteSent, noteSkipped } from './outcome.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';
import { type OwnCall, throughFaults } from './server-faults.js';
import { settled } from './settled.js';
import { verdictOf } from './verdicts.js';

/** A message, or an album, that is forwarded as a whole. */
export type ForwardUnit = readonly Outgoing[];

/** Prepares a message for forwarding: nothing of it has to be carried over. */
export function prepareForward(
  run: Pick<Run, 'contents' | 'ways'>,
  content: Copyable & ForwardContent,
  randomId: bigint,
): Outgoing {
  const { message, losses } = content;
  const seen = fingerprintOf(content);
  run.contents.set(message.id, seen);
  run.ways.set(message.id, 'forward');
  return {
    message,
    source: content,
    content: seen,
    randomId,
    text: '',
    entities: [],
    silent: message.silent === true,
    invertMedia: false,
    noWebpage: false,
    reductions: losses,
    apartFromText: losses,
  };
}

/** Refuses to change texts that Telegram forwards as they are. */
export function refuseChangedForwards({ via, text }: Pick<CloneOptions, 'via' | 'text'>): void {
  if (via !== 'forward' || !(text?.attribution || text?.transform || text?.pipe)) return;
  throw new UsageError(
    'FORWARDS_UNCHANGED',
    'Telegram forwards messages as they are: leave out what changes their texts, or use another --via.',
  );
}

/**
 * Forwards messages of one chat by one call, in order, and notes the end of each. When the call is refused because of
 * some of them, it is made for each half. Throws errors that concern the whole run.
 */
export async function forwardUnits(
  run: Run,
  units: readonly ForwardUnit[],
  topicId: number | undefined,
): Promise<void> {
  const items = units.flat();
  if (items.length === 0) return;
  const sourceIds = items.map(({ message }) => message.id);
  let forwarded: Forwarded;
  try {
    forwarded = await call(run, units, topicId);
  } catch (error) {
    run.signal.throwIfAborted();
    if (units.length > 1 && verdictOf(error) !== 'run') {
      const half = Math.ceil(units.length / 2);
      await forwardUnits(run, units.slice(0, half), topicId);
      await forwardUnits(run, units.slice(half), topicId);
      return;
    }
    await settled(run, sourceIds, () => Promise.reject(ofMessage(items, error)));
    forgetSends(run, sourceIds);
    return;
  }
  await noteForwarded(run, units, { forwarded, topicId });
}

/** Telegram's refusal of a protected message concerns that message alone; of a protected chat, all. */
function ofMessage(items: readonly Outgoing[], error: unknown): unknown {
  const own = items.find(({ message }) => message.noforwards);
  const isRefused = error instanceof TelegramError && error.errorMessage === 'CHAT_FORWARDS_RESTRICTED';
  if (!own || !isRefused) return error;
  const id = shownId(own.message.id);
  return new FailedError(
    'FORWARD_REFUSED',
    `Telegram doesn't forward message ${id}, which its sender has protected: with --via stream it is created again.`,
    { cause: error, fields: { messageId: id } },
  );
}

async function call(
  run: Run,
  units: readonly ForwardUnit[],
  topicId: number | undefined,
): Promise<Forwarded> {
  const items = units.flat();
  await run.interval.turn(items.length, run.signal);
  expectLosses(run, items, topicId === undefined ? {} : { topicId });
  await run.record.sending(
    items.map(({ message }) => message.id),
    [],
  );
  const forwarded =
    rehearsed(run, items) ?? (await run.record.during(throughFaults(run, ownCall(run, units, topicId))));
  run.interval.answered();
  return forwarded;
}

function rehearsed({ rehearsal }: Run, items: readonly Outgoing[]): Forwarded | undefined {
  const targetIds = rehearsal?.targetIds(items.length);
  if (!targetIds) return undefined;
  const ids = new Map(items.map(({ randomId }, index) => [randomId, targetIds[index] ?? 0]));
  return { ids, isAnswer: true };
}

function ownCall(run: Run, units: readonly ForwardUnit[], topicId: number | undefined): OwnCall<Forwarded> {
  const items = units.flat();
  const afterId = run.posted.lastId;
  const look = (areThere: boolean, signal: AbortSignal) =>
    findForwards(run, units, { afterId, topicId, areThere, signal });
  return {
    sourceIds: items.map(({ message }) => message.id),
    method: 'messages.forwardMessages',
    probe: 'text',
    isExact: false,
    isDoubtful: () => false,
    replace: async () => false,
    make: (faults) =>
      finishInFlight(run, (signal) =>
        forwardMessages(run.client, callOf(run, items, topicId), { signal, faults, look }),
      ),
    async find() {
      const ids = await look(false, run.signal);
      return ids.size > 0 ? { ids, isAnswer: false } : undefined;
    },
  };
}

function callOf(
  { source, target }: Pick<Run, 'source' | 'target'>,
  items: readonly Outgoing[],
  topicId: number | undefined,
): ForwardCall {
  const former = items.some(({ message }) => isOlder(message.id)) ? source.former : undefined;
  return {
    from: former?.peer ?? source.peer,
    to: target.peer,
    topicId,
    silent: items.some(({ silent }) => silent),
    messages: items.map(({ message, randomId }) => ({ id: idInChat(message.id), randomId })),
  };
}

/** How often to look for forwards that Telegram says are there. */
const LOOKS = 5;

/** Looks for the forwards that a call may have made: it makes all or none, so when the first isn't there none is. */
async function findForwards(
  { client, target, job }: Pick<Run, 'client' | 'target' | 'job'>,
  units: readonly ForwardUnit[],
  options: {
    readonly afterId: number;
    readonly topicId: number | undefined;
    readonly areThere: boolean;
    readonly signal: AbortSignal;
  },
): Promise<ReadonlyMap<bigint, number>> {
  const { afterId, areThere, signal } = options;
  const ids = new Map<bigint, number>();
  const posted = await readPosted(client, target, afterId, signal);
  for (const [index, unit] of units.entries()) {
    const sourceIds = unit.map(({ message }) => message.id);
    const contents = unit.map(({ content }) => content);
    const found = await findSent(client, target, contents.map(looksAs), {
      ...options,
      posted,
      attempts: areThere && index === 0 ? LOOKS : 1,
      choose: (candidates) => job.claim({ sourceIds, contents, candidates, areThere }),
    });
    for (const [at, id] of (found ?? []).entries()) ids.set(unit[at]?.randomId ?? 0n, id);
  }
  return ids;
}

async function noteForwarded(
  run: Run,
  units: readonly ForwardUnit[],
  { forwarded, topicId }: { readonly forwarded: Forwarded; readonly topicId: number | undefined },
): Promise<void> {
  const { ids, isAnswer } = forwarded;
  const there = units.flat().filter(({ randomId }) => ids.has(randomId));
  const sourceIds = there.map(({ message }) => message.id);
  if (there.length > 0) {
    const targetIds = there.map(({ randomId }) => ids.get(randomId) ?? 0);
    const { losses, report } = takeLosses(run, there, topicId === undefined ? {} : { topicId });
    const ways = there.map(() => 'forward' as const);
    noteSent(run, { sourceIds, targetIds, losses, ways, bytes: 0 }, report);
    run.lone.sent('text');
    await run.record.flush();
    forgetSends(run, sourceIds);
  }
  const missing = units.filter((unit) => unit.some(({ randomId }) => !ids.has(randomId)));
  if (isAnswer) {
    await noteLeftOut(
      run,
      missing.flat().filter(({ randomId }) => !ids.has(randomId)),
    );
    return;
  }
  // What wasn't found may be there all the same: the same random_ids show whether it is.
  for (const unit of missing) await forwardUnits(run, [unit], topicId);
}

/** Messages that Telegram left out of a call: most likely they were deleted meanwhile. */
async function noteLeftOut(run: Run, items: readonly Outgoing[]): Promise<void> {
  if (items.length === 0) return;
  const sourceIds = items.map(({ message }) => message.id);
  const present = await fetchMessages(run.client, run.source, sourceIds, run.signal);
  const kept = new Set(present.map(({ id }) => id));
  const gone = sourceIds.filter((id) => !kept.has(id));
  await noteSkipped(
    run,
    gone.map((sourceId) => ({ sourceId, reason: 'deleted' })),
  );
  for (const id of sourceIds.filter((each) => kept.has(each))) {
    await settled(run, [id], () => Promise.reject(notForwarded(id)));
  }
  forgetSends(run, sourceIds);
}

function notForwarded(id: number): FailedError {
  return new FailedError(
    'NOT_FORWARDED',
    `Telegram left message ${shownId(id)} out when it forwarded others: with --via stream it is created again.`,
    { fields: { messageId: shownId(id) } },
  );
}
