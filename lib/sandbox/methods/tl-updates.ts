import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { type Change, messageById, ptsOf } from '../world/box.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { bareId, type PeerId } from '../world/peer-id.js';
import { Cast } from './cast.js';
import type { MethodContext } from './context.js';
import { present } from './present.js';
import { tlPeer } from './tl-chats.js';
import { tlEntity } from './tl-entities.js';
import { tlMessage } from './tl-messages.js';

export interface Sent {
  readonly message: Message;
  readonly randomId: bigint;
}

/** updateNewChannelMessage or updateNewMessage, as `viewer` gets it. */
export function newMessage(
  context: MethodContext,
  viewer: Account,
  message: Message,
): Api.UpdateNewChannelMessage | Api.UpdateNewMessage {
  const channelBox = context.world.chat(message.peer)?.box;
  const Update = channelBox ? Api.UpdateNewChannelMessage : Api.UpdateNewMessage;
  return new Update({
    message: tlMessage(context, viewer, message),
    pts: ptsOf(channelBox ?? viewer.box, message.id),
    ptsCount: 1,
  });
}

/**
 * An edit, deletion or pin in a channel's box, or in the viewer's own; undefined for new messages, and for edits of
 * messages that have been deleted since.
 */
export function changeUpdate(
  context: MethodContext,
  viewer: Account,
  channel: Chat | undefined,
  change: Change,
): Api.TypeUpdate | undefined {
  const { pts, count: ptsCount } = change;
  const channelId = channel && toLong(bareId(channel.id));
  switch (change.kind) {
    case 'new':
      return undefined;
    case 'edit': {
      const message = messageById(channel?.box ?? viewer.box, change.messageId);
      const Update = channel ? Api.UpdateEditChannelMessage : Api.UpdateEditMessage;
      return message && new Update({ message: tlMessage(context, viewer, message), pts, ptsCount });
    }
    case 'delete': {
      const messages = [...change.messageIds];
      return channelId
        ? new Api.UpdateDeleteChannelMessages({ channelId, messages, pts, ptsCount })
        : new Api.UpdateDeleteMessages({ messages, pts, ptsCount });
    }
    case 'pin': {
      const messages = [...change.messageIds];
      const { pinned, peer } = change;
      return channelId
        ? new Api.UpdatePinnedChannelMessages({ pinned, channelId, messages, pts, ptsCount })
        : new Api.UpdatePinnedMessages({ pinned, peer: tlPeer(peer), messages, pts, ptsCount });
    }
  }
}

/** The messages and peers that a change names. */
export function namedIn(
  viewer: Account,
  channel: Chat | undefined,
  change: Change,
): { readonly messages: readonly Message[]; readonly peers: readonly PeerId[] } {
  const message = change.kind === 'edit' && messageById(channel?.box ?? viewer.box, change.messageId);
  return {
    messages: message ? [message] : [],
    peers: [...(channel ? [channel.id] : []), ...(change.kind === 'pin' ? [change.peer] : [])],
  };
}

/** An Updates of updates about some messages, and of `also`. */
export function updates(
  context: MethodContext,
  viewer: Account,
  list: Api.TypeUpdate[],
  messages: readonly Message[],
  also: readonly PeerId[] = [],
): Api.Updates {
  return new Api.Updates({
    updates: list,
    ...new Cast(context.world, viewer)
      .add(...also)
      .addMessages(messages)
      .lists(),
    date: context.world.nowSeconds(),
    seq: 0,
  });
}

/**
 * The answer to a send: the ids that the random_ids became, then the messages. The same call for the same messages
 * gives the same answer, so it also serves repeats.
 */
export function sentUpdates(context: MethodContext, me: Account, sent: readonly Sent[]): Api.Updates {
  const messages = sent.map(({ message }) => message);
  const last = messages.at(-1);
  const channelBox = last && context.world.chat(last.peer)?.box;
  return updates(
    context,
    me,
    [
      ...sent.map(
        ({ message, randomId }) => new Api.UpdateMessageID({ id: message.id, randomId: toLong(randomId) }),
      ),
      ...messages.map((message) => newMessage(context, me, message)),
      ...(last && channelBox
        ? [
            new Api.UpdateReadChannelInbox({
              channelId: toLong(bareId(last.peer)),
              maxId: last.id,
              stillUnreadCount: 0,
              pts: channelBox.pts,
            }),
          ]
        : []),
    ],
    messages,
  );
}

/** updateShortSentMessage: the answer to a plain text to a user or basic group. */
export function shortSent(me: Account, message: Message): Api.UpdateShortSentMessage {
  return new Api.UpdateShortSentMessage(
    present({
      out: true,
      id: message.id,
      pts: ptsOf(me.box, message.id),
      ptsCount: 1,
      date: message.date,
      entities: message.entities.length > 0 ? message.entities.map(tlEntity) : undefined,
    }),
  );
}
