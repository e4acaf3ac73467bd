import { Api } from 'telegram/tl/index.js';
import { contentOf } from '../messages/tl/content.js';
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
  run: Pick<Run, 'client' | 'source' | 'target' | 'rehearsal' | 'means' | 'signal'>,
  message: HistoryMessage,
  { answered, copy }: { readonly answered: number; readonly copy: number },
): Promise<ReplyDetail | 'lost' | undefined> {
  const detail = detailOf(message);
  if (!detail) return undefined;
  const isTask = detail.todoItemId !== undefined;
  const { client, source, target, rehearsal, signal } = run;
  const original = await fetchMessage(client, source, answered, signal);
  if (rehearsal?.isRehearsed(copy))
    return willBe(run, original, isTask ? 'checklist' : 'poll') ? detail : 'lost';
  const there = (await fetchMessage(client, target, copy, signal))?.media;
  if (isTask) return hasTask(there, detail.todoItemId) ? detail : 'lost';
  if (!(original?.media instanceof Api.MessageMediaPoll && there instanceof Api.MessageMediaPoll))
    return 'lost';
  const place = original.media.poll.answers.findIndex((answer) =>
    optionOf(answer)?.equals(detail.pollOption),
  );
  const answer = there.poll.answers[place];
  const pollOption = answer && optionOf(answer);
  return pollOption ? { pollOption } : 'lost';
}

/** A rehearsed copy can't be read: what it would be is what its original is cloned as. */
function willBe(
  { means }: Pick<Run, 'means'>,
  original: Api.Message | undefined,
  kind: 'checklist' | 'poll',
): boolean {
  const content = original && contentOf(original, means);
  return content?.kind === 'planned' && content.plan.kind === kind;
}

function hasTask(media: Api.TypeMessageMedia | undefined, task: number): boolean {
  return media instanceof Api.MessageMediaToDo && media.todo.list.some(({ id }) => id === task);
}

function optionOf(answer: Api.TypePollAnswer): Buffer | undefined {
  return answer instanceof Api.PollAnswer ? answer.option : undefined;
}
