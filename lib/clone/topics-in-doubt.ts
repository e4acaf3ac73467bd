import { createHash } from 'node:crypto';
import type { TopicInDoubt } from '../ledger/job.js';
import { listTopics, type Topic } from '../telegram/topics.js';
import type { CloneOptions } from './options.js';

type Looking = Pick<CloneOptions, 'job' | 'clock' | 'log' | 'signal'>;

/**
 * How often to ask, a second apart, which job a topic belongs to: another run that is creating one will know by then.
 */
const ASKS = 5;
const PAUSE_MS = 1_000;

/** The form in which the ledger keeps a topic's title: SHA-256, in hex. */
export function titleHashOf(title: string): string {
  return createHash('sha256').update(title).digest('hex');
}

/**
 * Records the topics that an earlier run has created without learning so: no message of this run need lead to them, and
 * nobody else knows what they are.
 */
export async function settleTopics(
  run: Looking & Pick<CloneOptions, 'client' | 'target'> & { readonly posted: { lastId: number } },
): Promise<void> {
  const { job, client, target, signal, posted } = run;
  const inDoubt = await job.topicsInDoubt();
  if (inDoubt.length === 0) return;
  const topics = await listTopics(client, target, signal);
  for (const topic of inDoubt) {
    const created = await madeBefore(run, topics, topic);
    if (created === undefined) continue;
    await job.saveTopic(topic.sourceTopicId, created);
    posted.lastId = Math.max(posted.lastId, created);
  }
}

/**
 * A call whose answer was lost may have created the topic. Undefined when it hasn't, or when another job may have
 * created it: then the repeated call, with the same random_id, decides.
 */
export async function madeBefore(
  { job, log, clock, signal }: Looking,
  topics: readonly Topic[],
  { sourceTopicId, titleHash, afterId }: TopicInDoubt,
): Promise<number | undefined> {
  const taken = new Set(job.topicMap.values());
  const candidates = topics
    .filter(({ id, own, title }) => own && id > afterId && !taken.has(id) && titleHashOf(title) === titleHash)
    .map(({ id }) => id)
    .sort((one, other) => one - other);
  if (candidates.length === 0) return undefined;
  for (let asks = 1; ; asks += 1) {
    const found = await job.chooseTopic({ sourceTopicId, titleHash, candidates });
    if (typeof found === 'number') {
      log.info('topic_found', { sourceTopic: sourceTopicId, targetTopic: found });
      return found;
    }
    if (found === 'none' || asks === ASKS) return undefined;
    await clock.sleep(PAUSE_MS, signal);
  }
}
