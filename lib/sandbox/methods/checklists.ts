import type { Api } from 'telegram/tl/index.js';
import { type Checklist, readTasks, type Task } from '../kinds/checklist.js';
import { RpcError } from '../rpc.js';
import { editMessage } from '../world/changing.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { TlData } from '../world/tl-data.js';
import { changesAnswer, messageIn } from './changes.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { readingOf } from './reading.js';
import { updates } from './tl-updates.js';

/** Completing the tasks of checklists, and adding tasks. */
export function checklistMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.ToggleTodoCompleted': (request: Api.messages.ToggleTodoCompleted, call) =>
        toggle(context, request, call),
      'messages.AppendTodoList': (request: Api.messages.AppendTodoList, call) =>
        append(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.toggleTodoCompleted: by the list's author, and by others if it lets them
 * (MESSAGE_AUTHOR_REQUIRED). Tasks that the list doesn't have are ignored. Telegram publishes no refusal of a call that
 * changes nothing: it is answered, and leaves no note.
 */
function toggle(
  context: MethodContext,
  request: Api.messages.ToggleTodoCompleted,
  call: Call,
): Api.TypeUpdates {
  const { me } = call;
  const { message, list } = listOf(context, me, request);
  if (message.sender !== me.id && !list.othersCanComplete) throw forbidden('MESSAGE_AUTHOR_REQUIRED');
  const known = new Set(list.tasks.map(({ id }) => id));
  const completed = request.completed.filter((id) => known.has(id) && !list.done.has(id));
  const incompleted = request.incompleted.filter((id) => list.done.has(id));
  if (completed.length + incompleted.length === 0) return updates(context, me, [], [message]);
  const at = context.world.nowSeconds();
  const done = new Map(list.done);
  for (const id of completed) done.set(id, { by: me.id, at });
  for (const id of incompleted) done.delete(id);
  const data = { _: 'MessageActionTodoCompletions', completed, incompleted };
  return change(context, call, message, { media: { ...list, done }, data });
}

/** PREMIUM_ACCOUNT_REQUIRED, MESSAGE_AUTHOR_REQUIRED, TODO_NOT_MODIFIED without tasks, and the refusals of a new list. */
function append(context: MethodContext, request: Api.messages.AppendTodoList, call: Call): Api.TypeUpdates {
  const { me } = call;
  const { message, list } = listOf(context, me, request);
  if (!me.premium) throw new RpcError(403, 'PREMIUM_ACCOUNT_REQUIRED');
  if (message.sender !== me.id && !list.othersCanAppend) throw forbidden('MESSAGE_AUTHOR_REQUIRED');
  if (request.list.length === 0) throw badRequest('TODO_NOT_MODIFIED');
  const added = readTasks(readingOf(context, call, message.peer), request.list, list.tasks);
  const media = { ...list, tasks: [...list.tasks, ...added] };
  return change(context, call, message, {
    media,
    data: { _: 'MessageActionTodoAppendTasks', list: added.map(taskData) },
  });
}

/** MESSAGE_ID_INVALID for a message without a checklist, and for a forwarded one, which nobody changes any more. */
function listOf(
  { world }: MethodContext,
  me: Account,
  { peer, msgId }: Api.messages.ToggleTodoCompleted | Api.messages.AppendTodoList,
): { message: Message; list: Checklist } {
  const message = messageIn(world, me, peerOf(world, me, peer), Number(msgId));
  if (message.media?.kind !== 'checklist' || message.forward) throw badRequest('MESSAGE_ID_INVALID');
  return { message, list: message.media };
}

/** The changed list in every copy of its message, and Telegram's note about it as a reply. */
function change(
  { world, ...rest }: MethodContext,
  { me, caller }: Call,
  message: Message,
  { media, data }: { readonly media: Checklist; readonly data: TlData },
): Api.Updates {
  const changes = editMessage(world, message, { media }, caller.sessionId);
  world.announce(changes);
  const note = world.post({
    chat: message.peer,
    from: me.id,
    replyTo: message.id,
    action: { kind: 'shown', data },
    originSession: caller.sessionId,
  });
  return changesAnswer({ world, ...rest }, me, changes, [note]);
}

function taskData({ id, text, entities }: Task): TlData {
  return { _: 'TodoItem', id, title: { _: 'styled', text, entities } };
}
