import { rulesFor } from './rule.js';

const CANNOT_NAME = 'This account cannot name that chat; open it in a Telegram app of this account first.';
const PAID = 'The target takes paid messages only; choose another.';

/** Chats, what this account may do in them, and their topics: what every message would meet. */
export const CHATS = [
  ...rulesFor('any', 'run', [
    [
      'CHANNEL_INVALID',
      400,
      'This account cannot see that chat; open it in a Telegram app of this account first.',
    ],
    [
      'CHANNEL_PRIVATE',
      400,
      'The chat is private and this account is not in it, or was removed; join it first.',
    ],
    ['CHANNEL_BANNED', 400, 'Telegram has banned that chat.'],
    ['CHANNEL_PUBLIC_GROUP_NA', 403, 'That chat is not available to this account.'],
    [
      'CHANNEL_MONOFORUM_UNSUPPORTED',
      400,
      "A channel's direct messages can not be cloned; choose another chat.",
    ],
    ['CHANNEL_TOO_LARGE', 406, 'Telegram refuses that chat for its size; choose another.'],
    ['CHAT_ID_INVALID', 400, 'No such group for this account; `telepi chats` lists the ids.'],
    ['CHAT_INVALID', 400, 'No such group for this account; `telepi chats` lists the ids.'],
    [
      'CHAT_ADMIN_REQUIRED',
      400,
      'This needs an administrator of that chat; ask for the right, or use another account.',
    ],
    ['CHAT_FORBIDDEN', 403, 'This account may not use that chat; join it again, or choose another.'],
    ['CHAT_NOT_MODIFIED', 400, 'Telegram has nothing new to tell of that chat; run again.'],
    ['PEER_ID_INVALID', 400, CANNOT_NAME],
    ['PEER_ID_NOT_SUPPORTED', 400, CANNOT_NAME],
    ['CHANNEL_*INVALID', 400, CANNOT_NAME],
    ['CHAT_*INVALID', 400, CANNOT_NAME],
    ['PEER_ID_*INVALID', 400, CANNOT_NAME],
    ['INPUT_PEER_*INVALID', 400, CANNOT_NAME],
    ['INPUT_CHANNEL_*INVALID', 400, CANNOT_NAME],
    ['GROUP_*INVALID', 400, CANNOT_NAME],
    ['USER_ID_INVALID', 400, CANNOT_NAME],
    ['NEED_CHAT_INVALID', 500, CANNOT_NAME],
    ['NEED_MEMBER_INVALID', 500, CANNOT_NAME],
    [
      'MSG_ID_INVALID',
      400,
      'The message that should be answered, or the thread, is not there; check the topics.',
    ],
    ['OFFSET_PEER_ID_INVALID', 400, CANNOT_NAME],
    ['INPUT_USER_DEACTIVATED', 400, 'That user has deleted the account.'],
    ['USER_DELETED', 403, 'That user has deleted the account.'],
    ['USER_PRIVACY_RESTRICTED', 403, "That user's privacy settings do not allow it."],
    ['USER_NOT_PARTICIPANT', 400, 'This account is not in that chat; join it first.'],
    ['USER_KICKED', 400, 'This account was removed from that chat.'],
    ['INVITE_HASH_EXPIRED', 400, 'The invitation to that chat has expired.'],
    ['RIGHT_FORBIDDEN', 403, 'This account lacks a right in that chat; ask its administrators.'],
  ]),
  ...rulesFor('send', 'run', [
    [
      'CHAT_WRITE_FORBIDDEN',
      403,
      'This account may not write in the target; ask its administrators, or choose another.',
    ],
    ['CHAT_RESTRICTED', 400, 'The chat is restricted and takes no messages.'],
    ['CHAT_GUEST_SEND_FORBIDDEN', 403, 'The target takes messages of its members only; join it first.'],
    ['CHAT_FORWARDS_RESTRICTED', 400, 'The chat protects its content against being copied.'],
    ['USER_BANNED_IN_CHANNEL', 400, 'This account is limited in public groups; ask @SpamBot about it.'],
    ['USER_RESTRICTED', 403, 'Telegram has limited this account; ask @SpamBot about it.'],
    ['USER_IS_BLOCKED', 400, 'That user has blocked this account.'],
    ['YOU_BLOCKED_USER', 400, 'This account has blocked that user; unblock him first.'],
    ['USER_IS_BOT', 400, 'Bots can not write to bots; sign in as a user.'],
    ['USER_BOT_TO_BOT_DISABLED', 400, 'Bots can not write to bots; sign in as a user.'],
    ['PRIVACY_PREMIUM_REQUIRED', 403, 'That user takes messages of accounts with Premium only.'],
    ['ALLOW_PAYMENT_REQUIRED', 406, PAID],
    ['ALLOW_PAYMENT_REQUIRED_X', 403, PAID],
    ['PAYMENT_UNSUPPORTED', 406, PAID],
    ['SEND_AS_PEER_INVALID', 400, 'This account may not post in the name of that chat.'],
  ]),
  ...rulesFor('topics', 'run', [
    [
      'CHANNEL_FORUM_MISSING',
      400,
      'That chat is no forum; switch its topics on, or leave the topic settings out.',
    ],
    ['BOT_FORUM_CREATE_FORBIDDEN', 403, 'That bot does not let users make topics.'],
    ['TOPIC_ID_INVALID', 400, 'The target has no such topic; `telepi chats` lists them.'],
  ]),
  ...rulesFor('send', 'run', [
    [
      'TOPIC_DELETED',
      400,
      'The topic in the target was deleted; choose another, or let AUTO_CREATE_TOPICS make one.',
    ],
    ['TOPIC_CLOSED', 400, 'The topic in the target is closed; open it, or choose another.'],
    ['TOPIC_*', 400, 'Telegram does not take messages in that topic; choose another.'],
    [
      'REPLY_MESSAGE_ID_INVALID',
      400,
      'The topic in the target is not there any more; `telepi chats` lists them.',
    ],
    ['REPLY_TO_INVALID', 400, 'The topic in the target is not there any more; `telepi chats` lists them.'],
  ]),
  ...rulesFor('topics', 'message', [
    ['TOPIC_TITLE_EMPTY', 400, 'The topic has no title.'],
    ['TOPICS_EMPTY', 400, 'No topic was named.'],
  ]),
  ...rulesFor('read', 'run', [
    ['USERNAME_INVALID', 400, 'No chat can have that @name; check the spelling.'],
    ['USERNAME_NOT_OCCUPIED', 400, 'No chat has that @name; check the spelling.'],
    ['STARREF_EXPIRED', 400, 'That link leads nowhere any more; name the chat by its @name or id.'],
  ]),
];
