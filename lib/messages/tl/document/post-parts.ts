import type { Api } from 'telegram/tl/index.js';
import type { Comments, FactCheck, PostFlags, Restriction, SuggestedPost } from '../../document/document.js';
import { starsOf } from './commerce.js';
import { flag, long, type Maybe, maybe, maybeChannel, maybeList, peer, plain, present } from './fields.js';
import type { PostFields } from './message-fields.js';
import { textWithEntities } from './text.js';

export function postFlagsOf(post: PostFields): PostFlags {
  return present<PostFlags>({
    out: flag(post.out),
    mentioned: flag(post.mentioned),
    mediaUnread: flag(post.mediaUnread),
    silent: flag(post.silent),
    post: flag(post.post),
    fromScheduled: flag(post.fromScheduled),
    legacy: flag(post.legacy),
    editHidden: flag(post.editHide),
    pinned: flag(post.pinned),
    noForwards: flag(post.noforwards),
    invertMedia: flag(post.invertMedia),
    offline: flag(post.offline),
    videoProcessing: flag(post.videoProcessingPending),
    paidPostStars: flag(post.paidSuggestedPostStars),
    paidPostTon: flag(post.paidSuggestedPostTon),
  });
}

export function commentsOf(replies: Api.TypeMessageReplies): Comments {
  return present<Comments>({
    count: replies.replies,
    comments: flag(replies.comments),
    group: maybeChannel(replies.channelId),
    recent: maybeList(replies.recentRepliers, peer),
    last: plain(replies.maxId),
  });
}

export function restrictionsOf(
  reasons: Maybe<readonly Api.TypeRestrictionReason[]>,
): readonly Restriction[] | undefined {
  return maybeList(reasons, ({ platform, reason, text }) => ({ platform, reason, text }));
}

export function factCheckOf({ country, text, needCheck, hash }: Api.TypeFactCheck): FactCheck {
  return present<FactCheck>({
    country: plain(country),
    text: maybe(text, textWithEntities),
    needsCheck: flag(needCheck),
    hash: long(hash),
  });
}

export function suggestedPostOf(post: Api.TypeSuggestedPost): SuggestedPost {
  return present<SuggestedPost>({
    price: maybe(post.price, starsOf),
    date: plain(post.scheduleDate),
    accepted: flag(post.accepted),
    rejected: flag(post.rejected),
  });
}
