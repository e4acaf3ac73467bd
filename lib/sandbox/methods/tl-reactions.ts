import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { peerKind } from '../world/peer-id.js';
import { countReactions, type GivenReaction, type Reaction } from '../world/reactions.js';
import { present } from './present.js';
import { tlPeer } from './tl-chats.js';

/** The reactions of a message as `viewer` sees them. Who gave them is a secret of a broadcast channel. */
export function tlReactions(
  viewer: Account,
  chat: Chat | undefined,
  { reactions = [] }: Message,
): Api.MessageReactions {
  const canSeeList = chat?.kind !== 'broadcast';
  const own = reactions.filter(({ user }) => user === viewer.id).map(({ reaction }) => reaction);
  return new Api.MessageReactions(
    present({
      canSeeList,
      results: countReactions(reactions).map(([reaction, count]) => {
        const place = own.indexOf(reaction);
        return new Api.ReactionCount(
          present({ reaction: tlReaction(reaction), count, chosenOrder: place < 0 ? undefined : place }),
        );
      }),
      recentReactions:
        canSeeList && reactions.length > 0
          ? reactions
              .slice(-RECENT)
              .reverse()
              .map((given) => tlGiven(viewer, given))
          : undefined,
    }),
  );
}

const RECENT = 3;

export function tlGiven(viewer: Account, given: GivenReaction): Api.MessagePeerReaction {
  return new Api.MessagePeerReaction(
    present({
      big: given.big,
      my: given.user === viewer.id,
      peerId: tlPeer(given.from),
      date: given.at,
      reaction: tlReaction(given.reaction),
    }),
  );
}

export function tlReaction(reaction: Reaction): Api.TypeReaction {
  return typeof reaction === 'string'
    ? new Api.ReactionEmoji({ emoticon: reaction })
    : new Api.ReactionCustomEmoji({ documentId: toLong(reaction) });
}

/** updateMessageReactions; it has no pts. */
export function reactionsUpdate(
  viewer: Account,
  chat: Chat | undefined,
  message: Message,
): Api.UpdateMessageReactions {
  const { topicId } = message;
  return new Api.UpdateMessageReactions(
    present({
      peer: tlPeer(message.peer),
      msgId: message.id,
      topMsgId: topicId,
      savedPeerId:
        message.peer === viewer.id && peerKind(message.peer) === 'user' ? tlPeer(viewer.id) : undefined,
      reactions: tlReactions(viewer, chat, message),
    }),
  );
}
