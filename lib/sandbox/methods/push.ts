import type { Changed } from '../world/changing.js';
import { isIn } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Chat } from '../world/model.js';
import type { Posted } from '../world/sending.js';
import type { MethodContext } from './context.js';
import { changeUpdate, namedIn, newMessage, updates } from './tl-updates.js';

/**
 * Sends every new message, edit, deletion and pin to the sessions of everyone who sees it. Returns a function that
 * stops this.
 */
export function pushUpdates(context: MethodContext): () => void {
  const ends = [
    context.world.onPosted((posted) => push(context, posted)),
    context.world.onChanged((changed) => pushChange(context, changed)),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function pushChange(context: MethodContext, { channel, owner, change, originSession }: Changed): void {
  const seenBy = owner === undefined ? readers(channel) : [owner];
  for (const userId of seenBy) {
    const viewer = context.world.account(userId);
    const update = viewer && changeUpdate(context, viewer, channel, change);
    if (!update) continue;
    const { messages, peers } = namedIn(viewer, channel, change);
    const except = originSession === undefined ? undefined : { sessionId: originSession };
    context.pusher().push(userId, updates(context, viewer, [update], messages, peers), except, viewer.dcId);
  }
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
