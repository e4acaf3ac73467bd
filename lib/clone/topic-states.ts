import type { Reduction } from '../messages/losses.js';
import { isRefused } from '../refusals/refused.js';
import {
  editTopic,
  GENERAL_TOPIC,
  listTopics,
  orderPinnedTopics,
  pinTopic,
  type Topic,
  type TopicChange,
} from '../telegram/topics.js';
import { askLedger } from './ask-ledger.js';
import { noteReduction } from './note-reduction.js';
import type { Reporting, Run } from './run.js';

type TopicRun = Reporting & Pick<Run, 'client' | 'target' | 'job' | 'interval' | 'rehearsal' | 'signal'>;

/**
 * Gives the topics that AUTO_CREATE_TOPICS made what their originals have: closed, pinned, and the pinned ones in their
 * order. General, which every forum has, is also renamed and hidden as in the source. This comes after the messages, at
 * the end of every run, so that the next run does it if this one is killed. Topics that are open or not pinned in the
 * source are left as they are. The state is lost where this account may not set it; the loss is counted in a run that
 * has sent something.
 */
export async function copyTopicStates(
  run: TopicRun & Pick<Run, 'source' | 'sourceTopic' | 'autoCreateTopics'>,
): Promise<void> {
  const { client, source, target, sourceTopic, autoCreateTopics, signal } = run;
  if (!autoCreateTopics || source.kind !== 'forum' || target.kind !== 'forum') return;
  const topics = await topicsOf(() => listTopics(client, source, signal));
  const special = topics.filter(
    (topic) => isSpecial(topic) && (sourceTopic === undefined || topic.id === sourceTopic),
  );
  if (special.length === 0) return;
  const there = await topicsOf(() => listTopics(client, target, signal));
  const copies = new Map(there.map((topic) => [topic.id, topic]));
  // The topic that is pinned last comes first.
  for (const topic of special.toReversed()) {
    const id = copyId(run, topic);
    // None of its messages has been cloned yet, so it has no copy that could lack anything.
    if (id === undefined) continue;
    await copyState(run, topic, copies.get(id) ?? rehearsedCopy(run, topic, id));
  }
  await copyOrder(run, special);
}

function isSpecial({ id, title, closed, pinned, hidden }: Topic): boolean {
  return closed || pinned || hidden || (id === GENERAL_TOPIC && title !== GENERAL_TITLE);
}

/** General's title in a new forum. */
const GENERAL_TITLE = 'General';

/**
 * Only where it differs: pins that were there before, or that an earlier run has set, may stand in between. Each topic
 * that keeps another place has lost it.
 */
async function copyOrder(run: TopicRun, special: readonly Topic[]): Promise<void> {
  const { client, target, rehearsal, signal } = run;
  if (rehearsal) return;
  const wanted = special.filter(({ pinned }) => pinned).map((topic) => copyId(run, topic));
  if (wanted.length < 2) return;
  const listed = await topicsOf(() => listTopics(client, target, signal));
  const pinned = listed.filter((topic) => topic.pinned).map(({ id }) => id);
  const ordered = wanted.filter((id) => id !== undefined && pinned.includes(id)) as number[];
  const others = pinned.filter((id) => !ordered.includes(id));
  const now = pinned.filter((id) => ordered.includes(id));
  const displaced = special.filter((topic) => {
    const id = copyId(run, topic);
    return id !== undefined && ordered.indexOf(id) !== now.indexOf(id);
  });
  if (displaced.length === 0) return;
  const order = [...ordered, ...others];
  await askLedger(run);
  const done =
    target.managesTopics && (await allowed(() => orderPinnedTopics(client, target, order, signal)));
  if (done || !hasWritten(run)) return;
  for (const { id } of displaced) noteReduction(run, id, 'topic_order');
}

/** A topic that a dry run has only counted is this account's own. */
function rehearsedCopy({ rehearsal, target }: TopicRun, topic: Topic, id: number): Topic | undefined {
  // A server may leave General out of its list, and in a dry run the target may be one that will be made.
  if (id === GENERAL_TOPIC && target.managesTopics) {
    return { ...topic, title: GENERAL_TITLE, own: false, closed: false, pinned: false, hidden: false };
  }
  if (!rehearsal?.isRehearsed(id)) return undefined;
  return { ...topic, id, own: true, closed: false, pinned: false };
}

function copyId({ job }: TopicRun, { id }: Topic): number | undefined {
  return job.topicMap.get(id) ?? (id === GENERAL_TOPIC ? id : undefined);
}

async function copyState(run: TopicRun, topic: Topic, copy: Topic | undefined): Promise<void> {
  const { client, target, interval, rehearsal, signal } = run;
  const mayChange = copy !== undefined && (copy.id === GENERAL_TOPIC ? target.managesTopics : copy.own);
  const lost: Reduction[] = [];
  const attempt = async (loss: Reduction, work: (id: number) => Promise<void>): Promise<void> => {
    if (mayChange) await askLedger(run);
    const done = mayChange && (rehearsal !== undefined || (await allowed(() => work(copy.id))));
    if (!done) lost.push(loss);
  };
  const edit = (loss: Reduction, change: TopicChange): Promise<void> =>
    attempt(loss, (id) => editTopic(client, target, id, change, signal));
  if (topic.pinned && !copy?.pinned) {
    await attempt('topic_pinned', (id) => pinTopic(client, target, id, signal));
  }
  const edits: readonly (readonly [Reduction, TopicChange, boolean])[] = [
    ['topic_title', { title: topic.title }, topic.id === GENERAL_TOPIC && isRenamed(topic, copy)],
    ['topic_closed', { closed: true }, topic.closed && !copy?.closed],
    ['topic_hidden', { hidden: true }, topic.hidden && !copy?.hidden],
  ];
  for (const [loss, change, isDue] of edits) {
    if (!isDue) continue;
    // Telegram posts a service message about it.
    if (mayChange) await interval.turn(1, signal);
    await edit(loss, change);
  }
  if (!hasWritten(run)) return;
  for (const kind of lost) noteReduction(run, topic.id, kind);
}

/** Whether this run has sent something or created a topic: only then it counts what topics lack. */
function hasWritten({ tally }: TopicRun): boolean {
  const { sent, topics } = tally.summary(0, 0);
  return sent + topics > 0;
}

function isRenamed({ title }: Topic, copy: Topic | undefined): boolean {
  return title !== GENERAL_TITLE && title !== copy?.title;
}

/** A server that lists no topics has no states either. */
async function topicsOf(list: () => Promise<Topic[]>): Promise<Topic[]> {
  let topics: Topic[] = [];
  await allowed(async () => {
    topics = await list();
  });
  return topics;
}

/** Whether it was done. Everything is cloned by now: a refusal is a loss and stops nothing. */
async function allowed(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
    return false;
  }
}
