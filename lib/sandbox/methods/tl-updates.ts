import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { ptsOf } from '../world/box.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import { bareId, type PeerId } from '../world/peer-id.js';
import { Cast } from './cast.js';
import type { MethodContext } from './context.js';
import { present } from './present.js';
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
