import { idInChat, isOlder } from '../base/source-ids.js';
import type { Reduction } from '../messages/losses.js';
import { answeredId, detailOf, quoteOf } from '../messages/tl/replies.js';
import { answeredElsewhere } from './answered-elsewhere.js';
import { quoteInCopy } from './quote-in-copy.js';
import { detailInCopy } from './reply-detail.js';
import type { Run } from './run.js';
import type { Outgoing, Place } from './send-unit.js';

/**
 * The topic, and what the copy answers, if anything: the copy of the answered message, or the very message if it is one
 * of another chat that this account can read.
 */
export async function placeOf(run: Run, { message }: Outgoing, topicId: number | undefined): Promise<Place> {
  const topic = topicId !== undefined && { topicId };
  const answered = answeredId(message, run.source.id);
  if (answered === undefined) {
    const replyTo = await elsewhere(run, message);
    return { ...topic, ...(replyTo && { replyTo }) };
  }
  const copy = await copyOf(run, answered);
  const answer = copy === undefined ? undefined : answerTo(run, message, copy, topicId);
  if (copy === undefined || !answer) return { ...topic };
  const quote = await quoteInCopy(run, message, { answered, copy });
  const detail = await detailInCopy(run, message, { answered, copy });
  const lost: Reduction[] = [];
  if (quote === 'lost') lost.push('quote');
  if (detail === 'lost') lost.push('reply_detail');
  const replyTo = {
    ...answer,
    ...(quote && quote !== 'lost' && { quote }),
    ...(detail && detail !== 'lost' && { detail }),
  };
  return { ...topic, replyTo, ...(lost.length > 0 && { lost }) };
}

async function elsewhere(run: Run, message: Outgoing['message']): Promise<Place['replyTo']> {
  const found = await answeredElsewhere(run, message);
  if (!found) return undefined;
  const quote = await quoteOf(message);
  const detail = detailOf(message);
  return {
    messageId: found.message.id,
    peer: found.chat.peer,
    ...(quote && { quote }),
    ...(detail && { detail }),
  };
}

/**
 * If the answered copy is in another topic, or in the basic group that the target used to be, the reply names its chat,
 * as Telegram's own clients do. Without that, Telegram would put the answer into the topic of the message it answers.
 */
function answerTo(
  run: Run,
  message: Outgoing['message'],
  targetId: number,
  topicId: number | undefined,
): Place['replyTo'] {
  const { target } = run;
  if (isOlder(targetId)) {
    if (!target.former?.readable) return undefined;
    return { messageId: idInChat(targetId), peer: target.former.peer };
  }
  const isAcross = (topicId ?? 0) > targetId || run.router.answersAcross(message);
  return { messageId: targetId, ...(isAcross && { peer: target.peer }) };
}

async function copyOf({ job, record, isInTarget }: Run, sourceId: number): Promise<number | undefined> {
  const copy = record.targetOf(sourceId) ?? (await job.find([sourceId])).get(sourceId)?.targetId;
  return copy ?? ((await isInTarget?.(sourceId)) ? sourceId : undefined);
}
