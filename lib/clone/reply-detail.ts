import { Api } from 'telegram/tl/index.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { detailOf, type ReplyDetail } from '../messages/tl/replies.js';
import { fetchMessage } from '../telegram/history.js';
import type { Run } from './run.js';

/**
 * Which task or which answer of a poll a copy answers, in the copy of the answered message: tasks keep their ids, and the
 * answers of a new poll have new names in the same order. Undefined when the original names none, `lost` when the copy
 * has no such task or answer. Ids of `answered` and `copy` are those of the source and of the target.
 */
export async function detailInCopy(
  {
    client,
    source,
    target,
    rehearsal,
    signal,
  }: Pick<Run, 'client' | 'source' | 'target' | 'rehearsal' | 'signal'>,
  message: HistoryMessage,
  { answered, copy }: { readonly answered: number; readonly copy: number },
): Promise<ReplyDetail | 'lost' | undefined> {
  const detail = detailOf(message);
  // A rehearsed copy can't be read: it will be what its original is.
  if (!detail || rehearsal?.isRehearsed(copy)) return detail;
  const there = (await fetchMessage(client, target, copy, signal))?.media;
  if (detail.todoItemId !== undefined) {
    const { todoItemId } = detail;
    const isThere =
      there instanceof Api.MessageMediaToDo && there.todo.list.some(({ id }) => id === todoItemId);
    return isThere ? { todoItemId } : 'lost';
  }
  const original = (await fetchMessage(client, source, answered, signal))?.media;
  if (!(original instanceof Api.MessageMediaPoll && there instanceof Api.MessageMediaPoll)) return 'lost';
  const place = original.poll.answers.findIndex((answer) => optionOf(answer)?.equals(detail.pollOption));
  const answer = there.poll.answers[place];
  const pollOption = answer && optionOf(answer);
  return pollOption ? { pollOption } : 'lost';
}

function optionOf(answer: Api.TypePollAnswer): Buffer | undefined {
  return answer instanceof Api.PollAnswer ? answer.option : undefined;
}
