import type { Api } from 'telegram/tl/index.js';
import type {
  PaidReactor,
  PeerReaction,
  Reaction,
  ReactionCount,
  Reactions,
} from '../../document/reactions.js';
import { flag, long, maybeList, maybePeer, peer, plain, present } from './fields.js';
import { never } from './unknown.js';

export function reactionsOf(reactions: Api.TypeMessageReactions): Reactions {
  return present<Reactions>({
    counts: reactions.results.map(reactionCountOf),
    recent: maybeList(reactions.recentReactions, peerReactionOf),
    topReactors: maybeList(reactions.topReactors, reactorOf),
    partial: flag(reactions.min),
    canSeeList: flag(reactions.canSeeList),
    tags: flag(reactions.reactionsAsTags),
  });
}

export function reactionOf(reaction: Api.TypeReaction): Reaction {
  switch (reaction.className) {
    case 'ReactionEmpty':
      return { kind: 'none' };
    case 'ReactionEmoji':
      return { kind: 'emoji', emoji: reaction.emoticon };
    case 'ReactionCustomEmoji':
      return { kind: 'custom_emoji', emoji: long(reaction.documentId) };
    case 'ReactionPaid':
      return { kind: 'paid' };
    default:
      return never(reaction);
  }
}

export function reactionCountOf({ reaction, count, chosenOrder }: Api.TypeReactionCount): ReactionCount {
  return present<ReactionCount>({ reaction: reactionOf(reaction), count, chosen: plain(chosenOrder) });
}

function peerReactionOf(one: Api.TypeMessagePeerReaction): PeerReaction {
  return present<PeerReaction>({
    peer: peer(one.peerId),
    date: one.date,
    reaction: reactionOf(one.reaction),
    big: flag(one.big),
    unread: flag(one.unread),
    own: flag(one.my),
  });
}

function reactorOf(reactor: Api.TypeMessageReactor): PaidReactor {
  return present<PaidReactor>({
    peer: maybePeer(reactor.peerId),
    count: reactor.count,
    top: flag(reactor.top),
    own: flag(reactor.my),
    anonymous: flag(reactor.anonymous),
  });
}
