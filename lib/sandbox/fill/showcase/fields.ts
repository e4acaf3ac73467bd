import { pinMessages } from '../../world/changing.js';
import { bareId } from '../../world/peer-id.js';
import type { TlData } from '../../world/tl-data.js';
import { stars } from './gifts.js';
import { type Page, peer, styled } from './scene.js';

/** Messages about which Telegram says something more. */
export function groupFields(page: Page): void {
  const { bot, friend, since } = page.cast;
  page.post({ text: 'Through a bot.', fields: { viaBotId: BigInt(bot) } });
  page.post({
    text: 'Through a bot of a business.',
    fields: { viaBusinessBotId: BigInt(bot), offline: true },
  });
  page.post({ text: 'For a guest.', fields: { guestchatViaFrom: peer(friend) } });
  page.post({ text: 'By a booster with a title.', fields: { fromBoostsApplied: 3, fromRank: 'Sandpiper' } });
  page.post({ text: 'Edited.', fields: { editDate: since } });
  page.post({ text: 'Edited by a reaction.', fields: { editDate: since, editHide: true } });
  page.post({ text: 'You are meant.', fields: { mentioned: true, mediaUnread: true } });
  page.post({ text: 'It deletes itself in a month.', fields: { ttlPeriod: 2_678_400 } });
  page.post({ text: 'With an effect.', fields: { effect: 5_104_841_245_755_180_586n } });
  page.post({ text: 'Paid for.', fields: { paidMessageStars: 10n } });
  page.post({ text: 'Its delivery is reported.', fields: { reportDeliveryUntilDate: since } });
  page.post({
    text: 'With comments.',
    fields: { replies: { _: 'MessageReplies', replies: 2, repliesPts: 1 } },
  });
  page.post({ text: 'With reactions.', fields: { reactions: reactions(page) } });
}

/** Two messages that are pinned, the older one last. */
export function pinned(page: Page): void {
  const { world } = page.cast;
  const [first, second] = [page.post({ text: 'Pinned last.' }), page.post({ text: 'Pinned first.' })];
  for (const message of [second, first]) pinMessages(world, [message], { pinned: true });
}

/** Posts of a channel about which Telegram says something more. */
export function channelFields(page: Page): void {
  const { channel, since } = page.cast;
  page.post({ text: 'Seen by many.', fields: { views: 12_345, forwards: 67 } });
  page.post({ text: 'Scheduled.', fields: { fromScheduled: true } });
  page.post({ text: 'Signed.', fields: { postAuthor: 'Zoë' } });
  page.post({ text: 'A long text in another language.', fields: { summaryFromLanguage: 'de' } });
  const checked = {
    _: 'FactCheck',
    country: 'CH',
    text: styled('Not quite.', [{ kind: 'bold', offset: 0, length: 3 }]),
    hash: 1n,
  };
  page.post({ text: 'Sand is edible.', fields: { factcheck: checked } });
  const reason = { _: 'RestrictionReason', platform: 'ios', reason: 'terms', text: 'Not shown here.' };
  page.post({ text: 'Not for everybody.', fields: { restrictionReason: [reason] } });
  page.post({ text: 'Suggested and paid in Stars.', fields: { paidSuggestedPostStars: true } });
  page.post({ text: 'Suggested and paid in TON.', fields: { paidSuggestedPostTon: true } });
  const suggested = { _: 'SuggestedPost', accepted: true, price: stars(100n), scheduleDate: since };
  page.post({ text: 'A suggestion.', fields: { suggestedPost: suggested } });
  const replies = {
    _: 'MessageReplies',
    comments: true,
    replies: 2,
    repliesPts: 1,
    channelId: BigInt(bareId(channel.id)),
    maxId: 9,
  };
  page.post({ text: 'With comments.', fields: { replies } });
  page.post({ text: 'With reactions.', fields: { reactions: reactions(page) } });
}

function reactions({ cast }: Page): TlData {
  const count = (reaction: TlData, n: number, more = {}) => ({
    _: 'ReactionCount',
    reaction,
    count: n,
    ...more,
  });
  const fire = { _: 'ReactionEmoji', emoticon: '🔥' };
  return {
    _: 'MessageReactions',
    canSeeList: true,
    results: [
      count(fire, 3, { chosenOrder: 1 }),
      count({ _: 'ReactionCustomEmoji', documentId: 5_368_324_170_671_202_286n }, 1),
      count({ _: 'ReactionPaid' }, 50),
    ],
    recentReactions: [
      { _: 'MessagePeerReaction', big: true, peerId: peer(cast.friend), date: cast.since, reaction: fire },
    ],
    topReactors: [{ _: 'MessageReactor', top: true, peerId: peer(cast.friend), count: 50 }],
  };
}
