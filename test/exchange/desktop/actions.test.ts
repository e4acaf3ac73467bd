import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OfKind } from '../../../lib/exchange/desktop/of-kind.js';
import type { CommonGift, UniqueGift } from '../../../lib/messages/document/gift.js';
import type { Media } from '../../../lib/messages/document/media.js';
import type { ServiceAction } from '../../../lib/messages/document/service.js';
import { service } from '../../support/documents.js';
import { ANN, BOB, BOT, CHANNEL, compact, written } from './desktop-scene.js';

type Action = ServiceAction<Media>;
/** An action, and what the specification of result.json says of it: keys in their order, after the dates. */
type Case<Kind> = readonly [action: OfKind<Action, Kind>, expected: Readonly<Record<string, unknown>>];

const actor = { actor: 'Ann Lee', actor_id: 'user42' };
const gone = { gone: true, id: '5' } as const;
const call = { kind: 'id', id: '1', accessHash: '2' } as const;
const price = { currency: 'USD', amount: '499' };
const stars = { kind: 'stars', amount: '15', nanos: 500_000_000 } as const;
const ton = { kind: 'ton', amount: '2500000001' } as const;
const gift: CommonGift = {
  kind: 'gift',
  id: '9223372036854775807',
  sticker: gone,
  stars: '50',
  convertStars: '40',
};
const unique: UniqueGift = {
  ...{ kind: 'unique_gift', id: '1', giftId: '77', title: 'T', slug: 's', number: 1 },
  ...{ attributes: [], issued: 1, total: 2 },
};

const CASES: { readonly [Kind in Action['kind']]: Case<Kind> } = {
  none: [{ kind: 'none' }, { ...actor, action: 'none' }],
  delete_group_photo: [{ kind: 'delete_group_photo' }, { ...actor, action: 'delete_group_photo' }],
  pin_message: [{ kind: 'pin_message' }, { ...actor, action: 'pin_message', message_id: 3 }],
  clear_history: [{ kind: 'clear_history' }, { ...actor, action: 'clear_history' }],
  create_group: [
    { kind: 'create_group', title: 'G', members: [BOB, 99] },
    { ...actor, action: 'create_group', title: 'G', members: ['Bob', null] },
  ],
  create_channel: [
    { kind: 'create_channel', title: 'C' },
    { ...actor, action: 'create_channel', title: 'C' },
  ],
  edit_group_title: [
    { kind: 'edit_group_title', title: 'N' },
    { ...actor, action: 'edit_group_title', title: 'N' },
  ],
  edit_group_photo: [
    { kind: 'edit_group_photo', photo: gone },
    { ...actor, action: 'edit_group_photo', photo_file_size: 0 },
  ],
  migrate_to_supergroup: [
    { kind: 'migrate_to_supergroup', supergroup: CHANNEL },
    { ...actor, action: 'migrate_to_supergroup' },
  ],
  migrate_from_group: [
    { kind: 'migrate_from_group', title: 'Old', group: -5 },
    { ...actor, action: 'migrate_from_group', title: 'Old' },
  ],
  set_messages_ttl: [
    { kind: 'set_messages_ttl', period: 0 },
    { ...actor, action: 'set_messages_ttl', period: 0 },
  ],
  edit_chat_theme: [
    { kind: 'edit_chat_theme', theme: { kind: 'emoji', emoji: '🌙' } },
    { ...actor, action: 'edit_chat_theme', emoticon: '🌙' },
  ],
  set_chat_wallpaper: [
    { kind: 'set_chat_wallpaper', wallpaper: { kind: 'fill', id: '1' }, same: true },
    { ...actor, action: 'set_same_chat_wallpaper', message_id: 3 },
  ],
  topic_created: [
    { kind: 'topic_created', title: 'Topic', color: 1 },
    { ...actor, action: 'topic_created', title: 'Topic' },
  ],
  topic_edited: [
    { kind: 'topic_edited', title: 'New', icon: '0', closed: true },
    { ...actor, action: 'topic_edit', new_title: 'New', new_icon_emoji_id: 0 },
  ],
  no_forwards_toggle: [
    { kind: 'no_forwards_toggle', before: true, after: false },
    { ...actor, action: 'no_forwards_toggle', new_value: false },
  ],
  no_forwards_request: [
    { kind: 'no_forwards_request', before: true, after: false },
    { ...actor, action: 'no_forwards_request', expired: false, new_value: false },
  ],
  new_creator_pending: [
    { kind: 'new_creator_pending', user: BOB },
    { ...actor, action: 'new_creator_pending', new_creator: 'Bob' },
  ],
  change_creator: [
    { kind: 'change_creator', user: 99 },
    { ...actor, action: 'change_creator', new_creator: null },
  ],
  change_community: [
    { kind: 'change_community', community: '12' },
    { ...actor, action: 'change_community', community_id: 12 },
  ],
  todo_completions: [
    { kind: 'todo_completions', completed: [1], incompleted: [] },
    { ...actor, action: 'todo_completions', completed: [1], incompleted: [] },
  ],
  todo_append_tasks: [
    { kind: 'todo_append_tasks', tasks: [{ id: 4, text: 'Buy', entities: [] }] },
    { ...actor, action: 'todo_append_tasks', items: [{ text: 'Buy', id: 4 }] },
  ],
  poll_append_answer: [
    { kind: 'poll_append_answer', answer: { text: 'Yes', entities: [] } },
    { ...actor, action: 'poll_append_answer', option: 'Yes' },
  ],
  poll_delete_answer: [
    { kind: 'poll_delete_answer', answer: { text: 'No', entities: [] } },
    { ...actor, action: 'poll_delete_answer', option: 'No' },
  ],
  custom: [
    { kind: 'custom', text: 'Hello' },
    { ...actor, information_text: 'Hello' },
  ],
  invite_members: [
    { kind: 'invite_members', members: [BOB] },
    { ...actor, action: 'invite_members', members: ['Bob'] },
  ],
  remove_members: [
    { kind: 'remove_members', members: [99] },
    { ...actor, action: 'remove_members', members: [null] },
  ],
  join_group_by_link: [
    { kind: 'join_group_by_link', inviter: BOB },
    { ...actor, action: 'join_group_by_link', inviter: 'Bob' },
  ],
  join_group_by_request: [{ kind: 'join_group_by_request' }, { ...actor, action: 'join_group_by_request' }],
  joined_telegram: [{ kind: 'joined_telegram' }, { ...actor, action: 'joined_telegram' }],
  join_group_via_community: [
    { kind: 'join_group_via_community', community: '12' },
    { ...actor, action: 'join_group_via_community', community_id: 12 },
  ],
  boost_apply: [
    { kind: 'boost_apply', boosts: 2 },
    { ...actor, action: 'boost_apply', boosts: 2 },
  ],
  bot_allowed: [
    { kind: 'bot_allowed', domain: 'example.org' },
    { action: 'allow_sending_messages', reason_domain: 'example.org' },
  ],
  send_webview_data: [{ kind: 'send_webview_data', text: 'Pizza' }, { action: 'send_webview_data' }],
  requested_peer: [
    { kind: 'requested_peer', button: 3, peers: [{ peer: CHANNEL }, { peer: ANN }] },
    { ...actor, action: 'requested_peer', button_id: 3, peers: [562949953421321, 42] },
  ],
  managed_bot_created: [
    { kind: 'managed_bot_created', bot: BOT },
    { ...actor, action: 'managed_bot_created', bot: 'A Bot' },
  ],
  phone_call: [
    { kind: 'phone_call', call: '1', duration: 61, reason: 'hangup' },
    { ...actor, action: 'phone_call', duration_seconds: 61, discard_reason: 'hangup' },
  ],
  group_call: [
    { kind: 'group_call', call, duration: 5 },
    { ...actor, action: 'group_call', duration: 5 },
  ],
  invite_to_group_call: [
    { kind: 'invite_to_group_call', call, members: [BOB] },
    { ...actor, action: 'invite_to_group_call', members: ['Bob'] },
  ],
  group_call_scheduled: [
    { kind: 'group_call_scheduled', call, date: 1_709_640_000 },
    { ...actor, action: 'group_call_scheduled', schedule_date: 1_709_640_000 },
  ],
  conference_call: [
    { kind: 'conference_call', call: '1', missed: true },
    { ...actor, action: 'conference_call', is_active: false, is_missed: true },
  ],
  send_payment: [
    { kind: 'send_payment', price, recurring: true },
    { action: 'send_payment', amount: 499, currency: 'USD', invoice_message_id: 3, recurring: 'used' },
  ],
  refunded_payment: [
    { kind: 'refunded_payment', peer: BOT, price, charge: { id: 'ch', provider: 'p' } },
    {
      ...{ action: 'refunded_payment', amount: 499, currency: 'USD' },
      ...{ peer_name: 'A Bot', peer_id: 'user44', charge_id: 'ch' },
    },
  ],
  send_premium_gift: [
    { kind: 'send_premium_gift', price, days: 90 },
    { ...actor, action: 'send_premium_gift', cost: '$4.99', days: 90 },
  ],
  send_stars_gift: [
    { kind: 'send_stars_gift', price, stars: '100' },
    { ...actor, action: 'send_stars_gift', cost: '$4.99', amount_whole: 100, amount_nano: 0 },
  ],
  send_ton_gift: [
    { kind: 'send_ton_gift', price, crypto: { currency: 'TON', amount: '2500000001' } },
    { ...actor, action: 'send_ton_gift', cost: '$4.99', amount_whole: 2, amount_nano: 500_000_001 },
  ],
  gift_code_prize: [
    { kind: 'gift_code_prize', code: 'abc', days: 30, boosted: CHANNEL, viaGiveaway: true },
    {
      ...{ action: 'gift_code_prize', gift_code: 'abc', boost_peer_id: 'channel9', days: 30 },
      ...{ unclaimed: false, via_giveaway: true },
    },
  ],
  giveaway_launch: [{ kind: 'giveaway_launch' }, { action: 'giveaway_launch' }],
  giveaway_results: [
    { kind: 'giveaway_results', winners: 3, unclaimed: 1, stars: true },
    { action: 'giveaway_results', winners: 3, unclaimed: 1, stars: true },
  ],
  stars_prize: [
    { kind: 'stars_prize', stars: '10', transaction: 't', boosted: CHANNEL, giveaway: 8 },
    {
      ...{ ...actor, action: 'stars_prize', boost_peer_id: 'channel9', boost_peer_name: 'News', stars: 10 },
      ...{ is_unclaimed: false, giveaway_msg_id: 8, transaction_id: 't' },
    },
  ],
  send_star_gift: [
    {
      kind: 'send_star_gift',
      gift: { ...gift, id: '5' },
      message: { text: 'Hi', entities: [] },
      flags: ['nameHidden'],
    },
    {
      ...{ ...actor, action: 'send_star_gift', gift_id: 5, stars: 50, is_limited: false },
      ...{ is_anonymous: true, gift_text: 'Hi' },
    },
  ],
  send_unique_gift: [
    { kind: 'send_unique_gift', gift: unique, flags: [] },
    {
      ...{ ...actor, action: 'send_star_gift', gift_id: 77, stars: 0, is_limited: true },
      ...{ is_anonymous: false, gift_text: '' },
    },
  ],
  gift_offer: [
    { kind: 'gift_offer', gift: unique, price: stars, expires: 1 },
    {
      ...{ ...actor, action: 'send_star_gift', gift_id: 77, stars: 0, is_limited: true },
      ...{ is_anonymous: false, gift_text: '' },
    },
  ],
  gift_offer_declined: [
    { kind: 'gift_offer_declined', gift: unique, price: stars },
    {
      ...{ ...actor, action: 'send_star_gift', gift_id: 77, stars: 0, is_limited: true },
      ...{ is_anonymous: false, gift_text: '' },
    },
  ],
  paid_messages_refund: [
    { kind: 'paid_messages_refund', count: 2, stars: '20' },
    { ...actor, action: 'paid_messages_refund', messages_count: 2, stars_count: 20 },
  ],
  paid_messages_price_change: [
    { kind: 'paid_messages_price_change', stars: '0' },
    { ...actor, action: 'paid_messages_price_change', price_stars: 0, is_broadcast_messages_allowed: false },
  ],
  process_suggested_post: [
    { kind: 'process_suggested_post', price: ton, date: 1_709_640_000 },
    {
      ...{
        ...actor,
        action: 'process_suggested_post',
        price_amount_whole: '2',
        price_amount_nano: '500000001',
      },
      ...{ price_currency: 'TON', scheduled_date: 1_709_640_000 },
    },
  ],
  suggested_post_success: [
    { kind: 'suggested_post_success', price: stars },
    {
      ...{ ...actor, action: 'suggested_post_success', price_amount_whole: '15' },
      ...{ price_amount_nano: '500000000', price_currency: 'Stars' },
    },
  ],
  suggested_post_refund: [
    { kind: 'suggested_post_refund', byPayer: true },
    { ...actor, action: 'suggested_post_refund', user_initiated: true },
  ],
  take_screenshot: [{ kind: 'take_screenshot' }, { ...actor, action: 'take_screenshot' }],
  score_in_game: [
    { kind: 'score_in_game', game: '1', score: 7 },
    { ...actor, action: 'score_in_game', game_message_id: 3, score: 7 },
  ],
  proximity_reached: [
    { kind: 'proximity_reached', from: ANN, to: BOB, distance: 50 },
    {
      ...{ action: 'proximity_reached', from: 'Ann Lee', from_id: 'user42' },
      ...{ to: 'Bob', to_id: 'user43', distance: 50 },
    },
  ],
  suggest_profile_photo: [
    { kind: 'suggest_profile_photo', photo: gone },
    { ...actor, action: 'suggest_profile_photo', photo_file_size: 0 },
  ],
  suggest_birthday: [
    { kind: 'suggest_birthday', day: 3, month: 4 },
    { ...actor, action: 'suggest_birthday', day: 3, month: 4 },
  ],
  send_passport_values: [
    { kind: 'send_passport_values', values: ['passport', 'email'] },
    { action: 'send_passport_values', values: ['passport', 'email'] },
  ],
  unknown: [
    { kind: 'unknown', name: 'MessageActionSomeTTLThing', id: '00000001', tl: '' },
    { ...actor, action: 'some_ttl_thing' },
  ],
};

/** Actions that are about another message. */
const ABOUT: ReadonlySet<string> = new Set([
  'pin_message',
  'set_chat_wallpaper',
  'score_in_game',
  'send_payment',
]);

for (const [kind, [action, expected]] of Object.entries(CASES)) {
  test(`${kind} is written as the specification says`, () => {
    const reply = ABOUT.has(kind) ? { reply: { kind: 'message', id: 3 } as const } : {};
    assert.equal(
      compact(service({ id: 7, author: ANN, action, ...reply })),
      JSON.stringify({
        ...{ id: 7, type: 'service', date: '2024-03-05T12:00:00', date_unixtime: '1709640000' },
        ...expected,
        ...{ text: '', text_entities: [] },
      }),
    );
  });
}

test('a gift has its 64-bit id as a bare number', () => {
  const json = written(service({ action: { kind: 'send_star_gift', gift, flags: [] } }));
  assert.match(json, /"gift_id": 9223372036854775807,/);
});

test('with --strict-desktop shared peers are a text, and data of a web page makes two keys of one name', () => {
  const peers = service({ action: { kind: 'requested_peer', button: 1, peers: [{ peer: CHANNEL }] } });
  assert.match(written(peers, { strict: true }), /"peers": "\[562949953421321\]"/);
  const data = service({ action: { kind: 'send_webview_data', text: 'Pizza' } });
  assert.match(written(data, { strict: true }), /"text": "Pizza",\n "text": "",\n "text_entities": \[\n \]/);
});

test('a bot may write for other reasons', () => {
  const app = {
    id: '12345678901234567',
    accessHash: '1',
    name: 'n',
    title: 'App',
    description: '',
    photo: gone,
  };
  const json = written(service({ action: { kind: 'bot_allowed', app } }));
  assert.match(json, /"reason_app_id": 12345678901234567,\n "reason_app_name": "App"/);
  assert.match(
    compact(service({ action: { kind: 'bot_allowed', attachMenu: true } })),
    /attach_menu_bot_allowed/,
  );
  assert.match(
    compact(service({ action: { kind: 'bot_allowed', fromRequest: true } })),
    /web_app_bot_allowed/,
  );
});

test('a note about a message of another chat names that chat', () => {
  const reply = { kind: 'message', id: 3, chat: CHANNEL } as const;
  assert.match(
    compact(service({ action: { kind: 'pin_message' }, reply }), { shift: -1_000_000_000 }),
    /"message_id":3,"reply_to_peer_id":"channel9"/,
  );
});
