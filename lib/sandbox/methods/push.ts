import { isIn } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Chat } from '../world/model.js';
import type { Posted } from '../world/sending.js';
import type { MethodContext } from './context.js';
import { newMessage, updates } from './tl-updates.js';

/** Sends every new message to the sessions of everyone who sees it. Returns a function that stops this. */
export function pushNewMessages(context: MethodContext): () => void {
  return context.world.onPosted((posted) => push(context, posted));
}

function push(context: MethodContext, { message, chat, copies, originSession }: Posted): void {
  const seenBy: Iterable<readonly [number, Message]> =
    copies.size > 0 ? copies : readers(chat).map((userId) => [userId, message] as const);
  for (const [userId, copy] of seenBy) {
    const viewer = context.world.account(userId);
    if (!viewer) continue;
    const update = updates(context, viewer, [newMessage(context, viewer, copy)], [copy]);
    const except = originSession === undefined ? undefined : { sessionId: originSession };
    context.pusher().push(userId, update, except, viewer.dcId);
  }
}

function readers(chat: Chat | undefined): number[] {
  return chat ? [...chat.members.keys()].filter((userId) => isIn(chat, userId)) : [];
}
