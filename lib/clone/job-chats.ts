import type { JobOptions } from '../ledger/job-scene.js';
import type { Chat } from '../telegram/chat.js';

type JobChats = Pick<
  JobOptions,
  | 'sourceId'
  | 'targetId'
  | 'sourceTopic'
  | 'targetTopic'
  | 'formerSourceId'
  | 'formerTargetId'
  | 'olderHistory'
  | 'sourceTitle'
  | 'targetTitle'
>;

/**
 * The chats that a job is opened by. A single topic or thread has no messages from before the chat became a supergroup,
 * because basic groups have neither.
 */
export function jobChats({
  source,
  target,
  sourceTopic,
  targetTopic,
}: {
  readonly source: Chat;
  readonly target: Chat;
  readonly sourceTopic?: number | undefined;
  readonly targetTopic?: number | undefined;
}): JobChats {
  const former = sourceTopic === undefined ? source.former : undefined;
  return {
    sourceId: source.id,
    targetId: target.id,
    sourceTopic,
    targetTopic,
    formerSourceId: former?.id,
    formerTargetId: target.former?.id,
    olderHistory: former?.readable === true,
    sourceTitle: source.title,
    targetTitle: target.title,
  };
}
