import type { StarsAmount } from '../document/commerce.js';
import type { Gift } from '../document/gift.js';
import type { Media } from '../document/media.js';
import type { ServiceAction } from '../document/service.js';
import { counted, dateWords, decimal, durationWords, moneyWords, named } from './words.js';

type Action = ServiceAction<Media>;

/** A sentence about one action; undefined when nothing happened that a person could see. */
type Words<Kind extends Action['kind']> = (action: Action & { readonly kind: Kind }) => string | undefined;

/**
 * What a service message says, in one plain sentence without a full stop; undefined when it says nothing. People aren't
 * named, since a document doesn't know their names; gift codes and data for bots are never quoted.
 */
export function serviceWords(action: Action): string | undefined {
  const words = SENTENCES[action.kind] as (action: Action) => string | undefined;
  return words(action);
}

/** A sentence for each action; one that is missing doesn't compile. */
const SENTENCES: { readonly [Kind in Action['kind']]: Words<Kind> } = {
  none: () => undefined,
  create_group: ({ title }) => named('group created', title),
  create_channel: ({ title }) => named('chat created', title),
  edit_group_title: ({ title }) => named('new title', title),
  edit_group_photo: () => 'new photo of the chat',
  delete_group_photo: () => 'photo of the chat removed',
  pin_message: () => 'a message was pinned',
  clear_history: () => 'the history was cleared',
  migrate_to_supergroup: () => 'the group became a supergroup',
  migrate_from_group: () => 'the supergroup was a group before',
  set_messages_ttl: ({ period }) =>
    period === 0
      ? 'messages no longer delete themselves'
      : `messages delete themselves after ${durationWords(period)}`,
  edit_chat_theme: () => 'new theme of the chat',
  set_chat_wallpaper: () => 'new wallpaper of the chat',
  topic_created: ({ title }) => named('topic created', title),
  topic_edited: topicWords,
  no_forwards_toggle: ({ after }) =>
    after ? 'saving and forwarding was restricted' : 'saving and forwarding was allowed',
  no_forwards_request: () => 'somebody asked to allow saving and forwarding',
  new_creator_pending: () => 'the chat is about to get another owner',
  change_creator: () => 'the chat got another owner',
  change_community: ({ community }) =>
    community === undefined ? 'the chat left its community' : 'the chat joined a community',
  todo_completions: ({ completed, incompleted }) =>
    [
      ...(completed.length > 0 ? [`${counted(completed.length, 'task')} completed`] : []),
      ...(incompleted.length > 0 ? [`${counted(incompleted.length, 'task')} opened again`] : []),
    ].join(', ') || 'the tasks of a checklist changed',
  todo_append_tasks: ({ tasks }) => `${counted(tasks.length, 'task')} added to a checklist`,
  poll_append_answer: ({ answer }) => named('answer added to a poll', 'text' in answer ? answer.text : ''),
  poll_delete_answer: ({ answer }) =>
    named('answer removed from a poll', 'text' in answer ? answer.text : ''),
  custom: ({ text }) => named('note', text),
  invite_members: ({ members }) => `${counted(members.length, 'member')} added`,
  remove_members: ({ members }) => `${counted(members.length, 'member')} left or removed`,
  join_group_by_link: () => 'somebody joined by a link',
  join_group_by_request: () => 'somebody was let in',
  joined_telegram: () => 'a contact joined Telegram',
  join_group_via_community: () => 'somebody joined through a community',
  boost_apply: ({ boosts }) => `the group was boosted, ${counted(boosts, 'boost')}`,
  bot_allowed: () => 'a bot was allowed to write',
  send_webview_data: () => 'a mini app sent data to its bot',
  requested_peer: ({ peers }) => `${counted(peers.length, 'chat')} shared with a bot`,
  managed_bot_created: () => 'a bot was created through another bot',
  phone_call: ({ video, duration }) => lasting(video ? 'video call' : 'call', duration),
  group_call: ({ duration }) =>
    duration === undefined ? 'video chat began' : lasting('video chat', duration),
  invite_to_group_call: ({ members }) => `${counted(members.length, 'member')} invited to a video chat`,
  group_call_scheduled: ({ date }) => `video chat scheduled for ${dateWords(date)}`,
  conference_call: ({ duration }) => lasting('group call', duration),
  send_payment: ({ price }) => `payment of ${moneyWords(price)}`,
  refunded_payment: ({ price }) => `payment of ${moneyWords(price)} refunded`,
  send_premium_gift: ({ days }) => `gift of Telegram Premium for ${counted(days, 'day')}`,
  send_stars_gift: ({ stars }) => `gift of ${counted(stars, 'Star')}`,
  send_ton_gift: ({ crypto }) => `gift of ${moneyWords(crypto)}`,
  gift_code_prize: ({ days }) => `code for Telegram Premium for ${counted(days, 'day')}`,
  giveaway_launch: () => 'a giveaway began',
  giveaway_results: ({ winners }) => `a giveaway ended with ${counted(winners, 'winner')}`,
  stars_prize: ({ stars }) => `prize of ${counted(stars, 'Star')}`,
  send_star_gift: ({ gift }) => giftWords('gift', gift),
  send_unique_gift: ({ gift }) => giftWords('collectible gift', gift),
  gift_offer: ({ gift, price }) => `${giftWords('offer for a gift', gift)}, ${amountWords(price)}`,
  gift_offer_declined: ({ gift, expired }) =>
    giftWords(expired ? 'expired offer for a gift' : 'declined offer for a gift', gift),
  paid_messages_refund: ({ count, stars }) =>
    `${counted(stars, 'Star')} for ${counted(count, 'message')} refunded`,
  paid_messages_price_change: ({ stars }) =>
    stars === '0' ? 'messages are free' : `a message costs ${counted(stars, 'Star')}`,
  process_suggested_post: ({ rejected, balanceTooLow }) => {
    if (balanceTooLow) return 'a suggested post could not be paid for';
    return rejected ? 'a suggested post was rejected' : 'a suggested post was approved';
  },
  suggested_post_success: ({ price }) => `a suggested post was paid for, ${amountWords(price)}`,
  suggested_post_refund: () => 'a suggested post was refunded',
  take_screenshot: () => 'somebody took a screenshot',
  score_in_game: ({ score }) => `score of ${score} in a game`,
  proximity_reached: ({ distance }) => `somebody is within ${counted(distance, 'metre')}`,
  suggest_profile_photo: () => 'a profile photo was suggested',
  suggest_birthday: () => 'a birthday was suggested',
  send_passport_values: () => 'documents were sent by Telegram Passport',
  unknown: () => 'event of a newer kind',
};

function topicWords({ title, closed, hidden }: Action & { readonly kind: 'topic_edited' }): string {
  const changes = [
    ...(title === undefined ? [] : [named('new title', title)]),
    ...(closed === undefined ? [] : [closed ? 'closed' : 'opened again']),
    ...(hidden === undefined ? [] : [hidden ? 'hidden' : 'shown again']),
  ];
  return changes.length === 0 ? 'topic: new icon' : `topic: ${changes.join(', ')}`;
}

function lasting(what: string, seconds: number | undefined): string {
  return seconds === undefined ? what : `${what}, ${durationWords(seconds)}`;
}

function giftWords(what: string, gift: Gift): string {
  return 'title' in gift && gift.title ? named(what, gift.title) : what;
}

function amountWords(amount: StarsAmount): string {
  switch (amount.kind) {
    case 'stars':
      return counted(amount.amount, 'Star');
    case 'ton':
      return `${decimal(amount.amount, 9)} TON`;
    case 'unknown':
      return 'an amount of a newer kind';
  }
}
