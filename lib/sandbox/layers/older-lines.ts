/** The layer of the library's TL classes, which the methods use. */
export const NEWEST_LAYER = 229;
/** The oldest layer that is served. */
export const OLDEST_LAYER = 227;

export function isServedLayer(layer: number): boolean {
  return layer >= OLDEST_LAYER && layer <= NEWEST_LAYER;
}

/**
 * The differences below the newest layer, according to the schemas of those layers: every constructor that the sandbox
 * may send or accept. `until` is the last layer that has this form.
 */
export const OLDER_LINES: readonly { readonly until: number; readonly line: string }[] = [
  {
    until: 227,
    line: `user#31774388 flags:# self:flags.10?true contact:flags.11?true mutual_contact:flags.12?true deleted:flags.13?true bot:flags.14?true bot_chat_history:flags.15?true bot_nochats:flags.16?true verified:flags.17?true restricted:flags.18?true min:flags.20?true bot_inline_geo:flags.21?true support:flags.23?true scam:flags.24?true apply_min_photo:flags.25?true fake:flags.26?true bot_attach_menu:flags.27?true premium:flags.28?true attach_menu_enabled:flags.29?true flags2:# bot_can_edit:flags2.1?true close_friend:flags2.2?true stories_hidden:flags2.3?true stories_unavailable:flags2.4?true contact_require_premium:flags2.10?true bot_business:flags2.11?true bot_has_main_app:flags2.13?true bot_forum_view:flags2.16?true bot_forum_can_manage_topics:flags2.17?true bot_can_manage_bots:flags2.18?true bot_guestchat:flags2.19?true bot_guard:flags2.20?true id:long access_hash:flags.0?long first_name:flags.1?string last_name:flags.2?string username:flags.3?string phone:flags.4?string photo:flags.5?UserProfilePhoto status:flags.6?UserStatus bot_info_version:flags.14?int restriction_reason:flags.18?Vector<RestrictionReason> bot_inline_placeholder:flags.19?string lang_code:flags.22?string emoji_status:flags.30?EmojiStatus usernames:flags2.0?Vector<Username> stories_max_id:flags2.5?RecentStory color:flags2.8?PeerColor profile_color:flags2.9?PeerColor bot_active_users:flags2.12?int bot_verification_icon:flags2.14?long send_paid_messages_stars:flags2.15?long = User;`,
  },
  {
    until: 227,
    line: `channel#1c32b11c flags:# creator:flags.0?true left:flags.2?true broadcast:flags.5?true verified:flags.7?true megagroup:flags.8?true restricted:flags.9?true signatures:flags.11?true min:flags.12?true scam:flags.19?true has_link:flags.20?true has_geo:flags.21?true slowmode_enabled:flags.22?true call_active:flags.23?true call_not_empty:flags.24?true fake:flags.25?true gigagroup:flags.26?true noforwards:flags.27?true join_to_send:flags.28?true join_request:flags.29?true forum:flags.30?true flags2:# stories_hidden:flags2.1?true stories_hidden_min:flags2.2?true stories_unavailable:flags2.3?true signature_profiles:flags2.12?true autotranslation:flags2.15?true broadcast_messages_allowed:flags2.16?true monoforum:flags2.17?true forum_tabs:flags2.19?true id:long access_hash:flags.13?long title:string username:flags.6?string photo:ChatPhoto date:int restriction_reason:flags.9?Vector<RestrictionReason> admin_rights:flags.14?ChatAdminRights banned_rights:flags.15?ChatBannedRights default_banned_rights:flags.18?ChatBannedRights participants_count:flags.17?int usernames:flags2.0?Vector<Username> stories_max_id:flags2.4?RecentStory color:flags2.7?PeerColor profile_color:flags2.8?PeerColor emoji_status:flags2.9?EmojiStatus level:flags2.10?int subscription_until_date:flags2.11?int bot_verification_icon:flags2.13?long send_paid_messages_stars:flags2.14?long linked_monoforum_id:flags2.18?long = Chat;`,
  },
  { until: 227, line: 'botCommand#c27ac8c7 command:string description:string = BotCommand;' },
  {
    until: 228,
    line: 'sendMessageTextDraftAction#376d975c random_id:long text:TextWithEntities = SendMessageAction;',
  },
  {
    until: 228,
    line: 'inputSendMessageRichMessageDraftAction#e2b23b51 random_id:long rich_message:InputRichMessage = SendMessageAction;',
  },
  {
    until: 228,
    line: 'sendMessageRichMessageDraftAction#a2cb24f9 random_id:long rich_message:RichMessage = SendMessageAction;',
  },
  {
    until: 228,
    line: 'messageActionStarGiftUnique#e6c31522 flags:# upgrade:flags.0?true transferred:flags.1?true saved:flags.2?true refunded:flags.5?true prepaid_upgrade:flags.11?true assigned:flags.13?true from_offer:flags.14?true craft:flags.16?true gift:StarGift can_export_at:flags.3?int transfer_stars:flags.4?long from_id:flags.6?Peer peer:flags.7?Peer saved_id:flags.7?long resale_amount:flags.8?StarsAmount can_transfer_at:flags.9?int can_resell_at:flags.10?int drop_original_details_stars:flags.12?long can_craft_at:flags.15?int = MessageAction;',
  },
  { until: 228, line: 'pageBlockBlockquote#263d7c26 text:RichText caption:RichText = PageBlock;' },
];

/**
 * Names that layers before `since` lack: they are left out of lists, because clients of those layers couldn't read an
 * answer with them.
 */
export const NEWER_NAMES: readonly { readonly since: number; readonly name: string }[] = [
  { since: 228, name: 'DialogCommunity' },
  { since: 228, name: 'Community' },
  { since: 228, name: 'CommunityForbidden' },
  { since: 229, name: 'InlineButtonTypeDisabled' },
];

/** Names that layers before `since` lack, and the field, or the constructor, that stands in for them there. */
export const STAND_INS: readonly {
  readonly since: number;
  readonly name: string;
  readonly field?: string;
  readonly other?: string;
}[] = [
  { since: 228, name: 'TextDiff', field: 'text' },
  { since: 229, name: 'TextButton', field: 'text' },
  { since: 229, name: 'PageBlockDocument', other: 'PageBlockUnsupported' },
  { since: 229, name: 'PageBlockButtonRow', other: 'PageBlockUnsupported' },
  { since: 228, name: 'MessageActionChangeCommunity', other: 'MessageActionEmpty' },
  { since: 229, name: 'MessageActionChatJoinedViaCommunity', other: 'MessageActionEmpty' },
];

/**
 * Requests that clients still make under a former name, and that Telegram still accepts: the channel is the peer now.
 */
export const FORMER_REQUESTS: readonly { readonly now: string; readonly line: string }[] = [
  {
    now: 'messages.CreateForumTopic',
    line: 'channels.createForumTopic#f40c0224 flags:# channel:InputChannel title:string icon_color:flags.0?int icon_emoji_id:flags.3?long random_id:long send_as:flags.2?InputPeer = Updates;',
  },
  {
    now: 'messages.GetForumTopics',
    line: 'channels.getForumTopics#de560d1 flags:# channel:InputChannel q:flags.0?string offset_date:int offset_id:int offset_topic:int limit:int = messages.ForumTopics;',
  },
  {
    now: 'messages.GetForumTopicsByID',
    line: 'channels.getForumTopicsByID#b0831eb9 channel:InputChannel topics:Vector<int> = messages.ForumTopics;',
  },
  {
    now: 'messages.EditForumTopic',
    line: 'channels.editForumTopic#f4dfa185 flags:# channel:InputChannel topic_id:int title:flags.0?string icon_emoji_id:flags.1?long closed:flags.2?Bool hidden:flags.3?Bool = Updates;',
  },
  {
    now: 'messages.UpdatePinnedForumTopic',
    line: 'channels.updatePinnedForumTopic#6c2d9026 channel:InputChannel topic_id:int pinned:Bool = Updates;',
  },
];

/** Until 228 each kind of button had its own constructor; since then a button has a type, which is `now`. */
export const OLDER_BUTTONS_UNTIL = 228;
export const OLDER_BUTTONS: readonly { readonly now: string; readonly line: string }[] = [
  {
    now: 'ButtonTypeDefault',
    line: 'keyboardButton#7d170cff flags:# style:flags.10?KeyboardButtonStyle text:string = KeyboardButton;',
  },
  {
    now: 'ButtonTypeRequestPhone',
    line: 'keyboardButtonRequestPhone#417efd8f flags:# style:flags.10?KeyboardButtonStyle text:string = KeyboardButton;',
  },
  {
    now: 'ButtonTypeRequestGeoLocation',
    line: 'keyboardButtonRequestGeoLocation#aa40f94d flags:# style:flags.10?KeyboardButtonStyle text:string = KeyboardButton;',
  },
  {
    now: 'ButtonTypeRequestPoll',
    line: 'keyboardButtonRequestPoll#7a11d782 flags:# style:flags.10?KeyboardButtonStyle quiz:flags.0?Bool text:string = KeyboardButton;',
  },
  {
    now: 'ButtonTypeRequestPeer',
    line: 'keyboardButtonRequestPeer#5b0f15f5 flags:# style:flags.10?KeyboardButtonStyle text:string button_id:int peer_type:RequestPeerType max_quantity:int = KeyboardButton;',
  },
  {
    now: 'InputButtonTypeRequestPeer',
    line: 'inputKeyboardButtonRequestPeer#2b78156 flags:# name_requested:flags.0?true username_requested:flags.1?true photo_requested:flags.2?true style:flags.10?KeyboardButtonStyle text:string button_id:int peer_type:RequestPeerType max_quantity:int = KeyboardButton;',
  },
  {
    now: 'ButtonTypeSimpleWebView',
    line: 'keyboardButtonSimpleWebView#e15c4370 flags:# style:flags.10?KeyboardButtonStyle text:string url:string = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeUrl',
    line: 'keyboardButtonUrl#d80c25ec flags:# style:flags.10?KeyboardButtonStyle text:string url:string = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeUrlAuth',
    line: 'keyboardButtonUrlAuth#f51006f9 flags:# style:flags.10?KeyboardButtonStyle text:string fwd_text:flags.0?string url:string button_id:int = KeyboardButton;',
  },
  {
    now: 'InputInlineButtonTypeUrlAuth',
    line: 'inputKeyboardButtonUrlAuth#68013e72 flags:# request_write_access:flags.0?true style:flags.10?KeyboardButtonStyle text:string fwd_text:flags.1?string url:string bot:InputUser = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeWebView',
    line: 'keyboardButtonWebView#e846b1a0 flags:# style:flags.10?KeyboardButtonStyle text:string url:string = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeCallback',
    line: 'keyboardButtonCallback#e62bc960 flags:# requires_password:flags.0?true style:flags.10?KeyboardButtonStyle text:string data:bytes = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeGame',
    line: 'keyboardButtonGame#89c590f9 flags:# style:flags.10?KeyboardButtonStyle text:string = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeBuy',
    line: 'keyboardButtonBuy#3fa53905 flags:# style:flags.10?KeyboardButtonStyle text:string = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeSwitchInline',
    line: 'keyboardButtonSwitchInline#991399fc flags:# same_peer:flags.0?true style:flags.10?KeyboardButtonStyle text:string query:string peer_types:flags.1?Vector<InlineQueryPeerType> = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeUserProfile',
    line: 'keyboardButtonUserProfile#c0fd5d09 flags:# style:flags.10?KeyboardButtonStyle text:string user_id:long = KeyboardButton;',
  },
  {
    now: 'InputInlineButtonTypeUserProfile',
    line: 'inputKeyboardButtonUserProfile#7d5e07c7 flags:# style:flags.10?KeyboardButtonStyle text:string user_id:InputUser = KeyboardButton;',
  },
  {
    now: 'InlineButtonTypeCopy',
    line: 'keyboardButtonCopy#bcc4af10 flags:# style:flags.10?KeyboardButtonStyle text:string copy_text:string = KeyboardButton;',
  },
];

/** Until 228 its rows were those of any keyboard. */
export const OLDER_INLINE_MARKUP = 'replyInlineMarkup#48a30254 rows:Vector<KeyboardButtonRow> = ReplyMarkup;';
