import type { Job } from '../ledger/job.js';
import type { PutTogether } from '../ledger/put-together.js';
import { GENERAL_TOPIC } from '../telegram/topics.js';
import { type PreflightOptions, topicsOrNone } from './preflight.js';

/**
 * What a user should know about a forum's topics before anything is sent, one sentence each: that they are merged, and
 * where; or that messages cloned before AUTO_CREATE_TOPICS was turned on stay where they are.
 * `putTogether` looks for such messages in the ledger.
 */
export async function topicNotices(
  options: PreflightOptions,
  job: Pick<Job, 'checkpoint' | 'topicMap'>,
  putTogether: () => Promise<PutTogether>,
): Promise<readonly string[]> {
  const { source, sourceTopic, target, targetTopic, autoCreateTopics } = options;
  if (source.kind !== 'forum' || sourceTopic !== undefined) return [];
  if (autoCreateTopics) return leftTogether(options, job, putTogether);
  const unmapped =
    target.kind === 'forum' && job.topicMap.size > 0 ? " that topic_map.json doesn't name" : '';
  return [
    `The topics of "${source.title}"${unmapped} are put together ${place(target.kind === 'forum', targetTopic)}: ` +
      'messages that are sent this way are counted.',
  ];
}

function place(isForum: boolean, targetTopic: number | undefined): string {
  if (!isForum) return 'in the target, which has no topics';
  return targetTopic === undefined || targetTopic === GENERAL_TOPIC
    ? "in the target's General"
    : `in the target's topic ${targetTopic}`;
}

/**
 * A topic has the id of the message that created it: one up to the checkpoint that has no copy was met while topics
 * weren't created, or had no message that was sent.
 */
async function leftTogether(
  options: PreflightOptions,
  { checkpoint, topicMap }: Pick<Job, 'checkpoint' | 'topicMap'>,
  putTogether: () => Promise<PutTogether>,
): Promise<readonly string[]> {
  if (checkpoint === 0) return [];
  const topics = (await topicsOrNone(options, options.source)) ?? [];
  const left = topics.filter(({ id }) => id !== GENERAL_TOPIC && id <= checkpoint && !topicMap.has(id));
  if (left.length === 0) return [];
  // A selection may have left all of their messages out.
  const { messages, mayBeMore } = await putTogether();
  if (messages === 0 && !mayBeMore) return [];
  const topicsWere = left.length === 1 ? '1 topic was' : `${left.length} topics were`;
  const messagesWere = messages === 1 ? '1 message was' : `${messages} messages were`;
  const what = messages > 0 && !mayBeMore ? messagesWere : topicsWere;
  return [
    `${what} cloned up to source message ${checkpoint} without a topic being created in the target: those messages stay ` +
      'where they are, and from now on each message goes into its own topic. To get all messages into their topics, ' +
      'clone into a new TARGET_CHAT.',
  ];
}
