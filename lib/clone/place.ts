import { idInChat, isOlder } from '../base/source-ids.js';
import { answeredId, quoteOf } from '../messages/tl/replies.js';
import type { Run } from './run.js';
import type { Outgoing, Place } from './send-unit.js';

/** The topic, and the copy of the message that this one answers, if any. */
export async function placeOf(run: Run, { message }: Outgoing, topicId: number | undefined): Promise<Place> {
  const answered = answeredId(message, run.source.id);
  const copy = answered === undefined ? undefined : await copyOf(run, answered);
  const replyTo = copy === undefined ? undefined : await answerTo(run, message, copy, topicId);
  return { ...(topicId !== undefined && { topicId }), ...(replyTo && { replyTo }) };
}

/**
 * If the answered copy is in another topic, or in the basic group that the target used to be, the reply names its chat,
 * as Telegram's own clients do. Without that, Telegram would put the answer into the topic of the message it answers.
 */
async function answerTo(
  run: Run,
  message: Outgoing['message'],
  targetId: number,
  topicId: number | undefined,
): Promise<Place['replyTo']> {
  const { target } = run;
  const quote = await quoteOf(message);
  const quoted = quote && { quote };
  if (isOlder(targetId)) {
    if (!target.former?.readable) return undefined;
    return { messageId: idInChat(targetId), ...quoted, peer: target.former.peer };
  }
  const isAcross = (topicId ?? 0) > targetId || run.router.answersAcross(message);
  return { messageId: targetId, ...quoted, ...(isAcross && { peer: target.peer }) };
}

async function copyOf({ job, record }: Run, sourceId: number): Promise<number | undefined> {
  return record.targetOf(sourceId) ?? (await job.find([sourceId])).get(sourceId)?.targetId;
}
