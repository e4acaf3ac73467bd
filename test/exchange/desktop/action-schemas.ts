/** A JSON schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>> | false;

export const text = { type: 'string' } as const;
export const whole = { type: 'integer' } as const;
export const yesOrNo = { type: 'boolean' } as const;
export const yes = { const: true } as const;
export const name = { type: ['string', 'null'] } as const;
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const one = (of: string): Schema => ({ $ref: `#/$defs/${of}` });

/** An object that has these keys at most. */
export function keys(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  more: Readonly<Record<string, unknown>> = {},
): Schema {
  return { type: 'object', properties, required, additionalProperties: false, ...more };
}

/** The keys of a photo. */
export const PHOTO = {
  ...{ photo: one('path'), photo_file_size: whole, width: whole, height: whole, media_spoiler: yes },
  self_destruct_period_seconds: whole,
};

const PRICE = {
  price_amount_whole: text,
  price_amount_nano: text,
  price_currency: { enum: ['TON', 'Stars'] },
};
const REASON = { reason_app_id: whole, reason_app_name: text, reason_domain: text };
const MEMBERS = { members: list(name) };
const GIFT = { cost: text, amount_whole: whole, amount_nano: whole };
const TASK = keys({ text: one('text'), id: whole }, ['text', 'id']);

/** What a note of Telegram has besides the keys of all of them, by its action. */
export const ACTIONS: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  create_group: { title: text, ...MEMBERS },
  edit_group_title: { title: text },
  create_channel: { title: text },
  migrate_from_group: { title: text },
  edit_group_photo: PHOTO,
  suggest_profile_photo: PHOTO,
  delete_group_photo: {},
  migrate_to_supergroup: {},
  clear_history: {},
  take_screenshot: {},
  joined_telegram: {},
  requested_phone_number: {},
  join_group_by_request: {},
  invite_members: MEMBERS,
  remove_members: MEMBERS,
  invite_to_group_call: MEMBERS,
  join_group_by_link: { inviter: name },
  pin_message: { message_id: whole, reply_to_peer_id: one('peer') },
  score_in_game: { game_message_id: whole, score: whole },
  send_payment: {
    ...{ amount: whole, currency: text, invoice_message_id: whole },
    recurring: { enum: ['used', 'init'] },
  },
  phone_call: {
    duration_seconds: whole,
    discard_reason: { enum: ['busy', 'disconnect', 'hangup', 'missed', 'migrate_conference_all'] },
  },
  conference_call: { duration_seconds: whole, is_active: yesOrNo, is_missed: yesOrNo },
  attach_menu_bot_allowed: REASON,
  web_app_bot_allowed: REASON,
  allow_sending_messages: REASON,
  send_passport_values: { values: list(text) },
  proximity_reached: { from: name, from_id: one('peer'), to: name, to_id: one('peer'), distance: whole },
  group_call: { duration: whole },
  group_call_scheduled: { schedule_date: whole },
  set_messages_ttl: { period: whole },
  edit_chat_theme: { emoticon: text },
  send_webview_data: {},
  send_premium_gift: { cost: text, months: whole, days: whole },
  topic_created: { title: text },
  topic_edit: { new_title: text, new_icon_emoji_id: whole },
  requested_peer: { button_id: whole, peers: { type: ['string', 'array'] } },
  gift_code_prize: {
    ...{ gift_code: text, boost_peer_id: one('peer'), months: whole, days: whole },
    ...{ unclaimed: yesOrNo, via_giveaway: yesOrNo },
  },
  giveaway_launch: {},
  giveaway_results: { winners: whole, unclaimed: whole, stars: yesOrNo },
  set_chat_wallpaper: { message_id: whole },
  set_same_chat_wallpaper: { message_id: whole },
  boost_apply: { boosts: whole },
  refunded_payment: {
    ...{ amount: whole, currency: text, peer_name: name, peer_id: one('peer'), charge_id: text },
  },
  send_stars_gift: GIFT,
  send_ton_gift: GIFT,
  stars_prize: {
    ...{ boost_peer_id: one('peer'), boost_peer_name: name, stars: whole, is_unclaimed: yesOrNo },
    ...{ giveaway_msg_id: whole, transaction_id: text },
  },
  send_star_gift: {
    ...{ gift_id: whole, stars: whole, is_limited: yesOrNo, is_anonymous: yesOrNo, gift_text: one('text') },
  },
  paid_messages_refund: { messages_count: whole, stars_count: whole },
  paid_messages_price_change: { price_stars: whole, is_broadcast_messages_allowed: yesOrNo },
  todo_completions: { completed: list(whole), incompleted: list(whole) },
  todo_append_tasks: { items: list(TASK) },
  process_suggested_post: { rejected: yes, comment: text, scheduled_date: whole, ...PRICE },
  suggested_post_success: PRICE,
  suggested_post_refund: { user_initiated: yesOrNo },
  suggest_birthday: { day: whole, month: whole, year: whole },
  poll_append_answer: { option: one('text') },
  poll_delete_answer: { option: one('text') },
  no_forwards_toggle: { new_value: yesOrNo },
  no_forwards_request: { expired: yesOrNo, new_value: yesOrNo },
  new_creator_pending: { new_creator: name },
  change_creator: { new_creator: name },
  managed_bot_created: { bot: name },
  join_group_via_community: { community_id: whole },
};
