import type { Reduction } from '../messages/losses.js';
import { closeTopic, GENERAL_TOPIC, listTopics, pinTopic, type Topic } from '../telegram/topics.js';
import { noteReduction } from './note-reduction.js';
import { isRefused } from './refused.js';
import type { Reporting, Run } from './run.js';

type TopicRun = Reporting & Pick<Run, 'client' | 'target' | 'job' | 'interval' | 'rehearsal' | 'signal'>;

/**
 * Closes and pins in the target the topics that AUTO_CREATE_TOPICS made of closed and pinned topics of the source:
 * after their messages, and at the end of every run, so that the next run does it if this one is killed. Topics that
 * are open or not pinned in the source are left as they are. The state is lost where this account may not set it, and
 * for General, which belonged to the target before; the loss is counted in a run that has sent something.
 */
export async function copyTopicStates(
  run: TopicRun & Pick<Run, 'source' | 'sourceTopic' | 'autoCreateTopics'>,
): Promise<void> {
  const { client, source, target, sourceTopic, autoCreateTopics, signal } = run;
  if (!autoCreateTopics || source.kind !== 'forum' || target.kind !== 'forum') return;
  const topics = await topicsOf(() => listTopics(client, source, signal));
  const special = topics.filter(
    ({ id, closed, pinned, hidden }) =>
      (closed || pinned || hidden) && (sourceTopic === undefined || id === sourceTopic),
  );
  if (special.length === 0) return;
  const copies = new Map(
    (await topicsOf(() => listTopics(client, target, signal))).map((topic) => [topic.id, topic]),
  );
  // The topic that is pinned last comes first.
  for (const topic of special.toReversed()) {
    const id = copyId(run, topic);
    // A topic without a copy lacks nothing: the selection may have left it out.
    if (id === undefined) continue;
    await copyState(run, topic, copies.get(id) ?? rehearsedCopy(run, topic, id));
  }
}

/** A topic that a dry run has only counted is this account's own. */
function rehearsedCopy({ rehearsal }: TopicRun, topic: Topic, id: number): Topic | undefined {
  if (!rehearsal?.isRehearsed(id)) return undefined;
  return { ...topic, id, own: true, closed: false, pinned: false };
}

function copyId({ job }: TopicRun, { id }: Topic): number | undefined {
  return job.topicMap.get(id) ?? (id === GENERAL_TOPIC ? id : undefined);
}

async function copyState(run: TopicRun, topic: Topic, copy: Topic | undefined): Promise<void> {
  const { client, target, interval, rehearsal, signal } = run;
  const mayChange = copy?.own === true && copy.id !== GENERAL_TOPIC;
  const lost: Reduction[] = [];
  if (topic.pinned && !copy?.pinned) {
    const done =
      mayChange &&
      (rehearsal !== undefined || (await allowed(() => pinTopic(client, target, copy.id, signal))));
    if (!done) lost.push('topic_pinned');
  }
  if (topic.closed && !copy?.closed) {
    const close = async (): Promise<void> => {
      // Telegram posts a service message about it.
      await interval.turn(1, signal);
      if (!rehearsal) await closeTopic(client, target, copy?.id ?? 0, signal);
    };
    if (!(mayChange && (await allowed(close)))) lost.push('topic_closed');
  }
  if (topic.hidden && !copy?.hidden) lost.push('topic_hidden');
  const { sent, topics } = run.tally.summary(0, 0);
  if (sent + topics === 0) return;
  for (const kind of lost) noteReduction(run, topic.id, kind);
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
