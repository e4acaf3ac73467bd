import { Api } from 'telegram/tl/index.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { toLong } from './long.js';

/** What finishes a message once it is there. Each of these may be done twice. */

/** Closes a poll of this account's (messages.editMessage, as TDLib's stop_poll does it); does nothing if it is closed. */
export async function closePoll(
  client: Caller,
  { peer }: Chat,
  id: number,
  signal: AbortSignal,
): Promise<void> {
  const nothing = new Api.TextWithEntities({ text: '', entities: [] });
  const poll = new Api.Poll({ id: toLong(0), hash: toLong(0), closed: true, question: nothing, answers: [] });
  const media = new Api.InputMediaPoll({ poll });
  await unlessDone(client.call(new Api.messages.EditMessage({ peer, id, media }), { signal }));
}

/**
 * Marks tasks of a checklist as completed by this account (messages.toggleTodoCompleted). What Telegram answers when
 * they are completed already isn't published: TODO_NOT_MODIFIED is in the list of messages.appendTodoList alone. Both an
 * answer and that refusal are taken for done.
 */
export async function completeTasks(
  client: Caller,
  { peer }: Chat,
  { id, tasks }: { readonly id: number; readonly tasks: readonly number[] },
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.ToggleTodoCompleted({
    peer,
    msgId: id,
    completed: [...tasks],
    incompleted: [],
  });
  await unlessDone(client.call(request, { signal }));
}

async function unlessDone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isDone = error instanceof TelegramError && DONE.has(error.errorMessage);
    if (!isDone) throw error;
  }
}

/** Refusals that say that nothing is left to do. */
const DONE: ReadonlySet<string> = new Set([
  'MESSAGE_NOT_MODIFIED',
  'MESSAGE_POLL_CLOSED',
  'TODO_NOT_MODIFIED',
]);
