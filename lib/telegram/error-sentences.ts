/**
 * What a user can do about a refusal, by Telegram's own names (core.telegram.org/api/errors), numbers taken out:
 * FLOOD_WAIT_12 is FLOOD_WAIT_X. Only those that a clone, a check or a login meets.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  API_ID_INVALID: 'TG_API_ID and TG_API_HASH do not belong together; copy both from https://my.telegram.org.',
  API_ID_PUBLISHED_FLOOD:
    'This TG_API_ID has been published and is blocked; make your own at https://my.telegram.org.',
  ACCESS_TOKEN_INVALID: 'The bot token is wrong; copy it again from @BotFather.',
  ACCESS_TOKEN_EXPIRED: 'The bot token has been revoked; get a new one from @BotFather.',
  PHONE_NUMBER_INVALID: 'The phone number is wrong; write it with its country code, such as +491701234567.',
  PHONE_NUMBER_BANNED: 'Telegram has banned this phone number.',
  PHONE_NUMBER_FLOOD: 'Telegram has been asked for too many codes for this number; try again tomorrow.',
  PHONE_NUMBER_UNOCCUPIED: 'No Telegram account has this phone number; make one in a Telegram app first.',
  PHONE_CODE_INVALID: 'The login code is wrong.',
  PHONE_CODE_EMPTY: 'The login code is missing.',
  PHONE_CODE_EXPIRED: 'The login code has expired; run `telepi login` again for a new one.',
  PHONE_PASSWORD_FLOOD: 'Too many attempts with this number; try again tomorrow.',
  PASSWORD_HASH_INVALID: 'The two-step password is wrong.',
  SRP_ID_INVALID: 'The password check has expired; run `telepi login` again.',
  SRP_PASSWORD_CHANGED: 'The two-step password was changed meanwhile; run `telepi login` again.',
  AUTH_RESTART: 'Telegram asks to begin the login anew; run `telepi login` again.',
  AUTH_TOKEN_EXPIRED: 'The QR code has expired; run `telepi login --qr` again.',
  AUTH_BYTES_INVALID: 'The server refused to carry the login over to another of its DCs; run again.',
  CHANNEL_INVALID: 'This account cannot see that chat; open it in a Telegram app of this account first.',
  CHANNEL_PRIVATE: 'The chat is private and this account is not in it, or was removed; join it first.',
  CHAT_ID_INVALID: 'No such group for this account; `telepi chats` lists the ids.',
  CHAT_WRITE_FORBIDDEN:
    'This account may not write in the target; ask its administrators, or choose another.',
  CHAT_ADMIN_REQUIRED: 'This needs an administrator of that chat; ask for the right, or use another account.',
  CHAT_RESTRICTED: 'The chat is restricted and takes no messages.',
  CHAT_FORWARDS_RESTRICTED: 'The chat protects its content against being copied.',
  CHAT_SEND_MEDIA_FORBIDDEN: 'The target does not let this account send media.',
  CHAT_SEND_PHOTOS_FORBIDDEN: 'The target does not let this account send photos.',
  CHAT_SEND_VIDEOS_FORBIDDEN: 'The target does not let this account send videos.',
  CHAT_SEND_DOCS_FORBIDDEN: 'The target does not let this account send files.',
  CHAT_SEND_STICKERS_FORBIDDEN: 'The target does not let this account send stickers.',
  CHAT_SEND_VOICES_FORBIDDEN: 'The target does not let this account send voice messages.',
  CHAT_SEND_PLAIN_FORBIDDEN: 'The target does not let this account send texts.',
  USER_BANNED_IN_CHANNEL: 'This account is limited in public groups; ask @SpamBot about it.',
  PEER_FLOOD: 'Telegram has limited this account for spam; ask @SpamBot about it, and wait.',
  PEER_ID_INVALID: 'This account cannot name that chat; open it in a Telegram app of this account first.',
  INPUT_USER_DEACTIVATED: 'That user has deleted the account.',
  USER_IS_BLOCKED: 'That user has blocked this account.',
  USERNAME_INVALID: 'No chat can have that @name; check the spelling.',
  USERNAME_NOT_OCCUPIED: 'No chat has that @name; check the spelling.',
  MESSAGE_EMPTY: 'The message has no text.',
  MESSAGE_TOO_LONG: 'The text is longer than Telegram takes from this account.',
  MEDIA_CAPTION_TOO_LONG: 'The caption is longer than Telegram takes from this account.',
  MEDIA_EMPTY: 'Telegram could not use that media.',
  MEDIA_INVALID: 'Telegram could not use that media.',
  MULTI_MEDIA_TOO_LONG: 'An album holds at most ten items.',
  TOPIC_DELETED: 'The topic in the target was deleted; choose another, or let AUTO_CREATE_TOPICS make one.',
  TOPIC_CLOSED: 'The topic in the target is closed; open it, or choose another.',
  TOPIC_ID_INVALID: 'The target has no such topic; `telepi chats` lists them.',
  CHANNEL_FORUM_MISSING: 'That chat is no forum; switch its topics on, or leave the topic settings out.',
  FILE_PARTS_INVALID: 'The file is larger than this account may upload.',
  FILE_PART_SIZE_INVALID: 'Telegram refused the size of an uploaded part.',
  FILE_PART_SIZE_CHANGED: 'Parts of one upload came with different sizes.',
  FILE_PART_X_MISSING: 'An uploaded part has expired on the server.',
  FILE_REFERENCE_EXPIRED: 'The file reference has expired.',
  MD5_CHECKSUM_INVALID: 'The uploaded file arrived damaged; run again.',
  LOCATION_INVALID: 'The file is no longer on the server.',
  FILE_ID_INVALID: 'The file is no longer on the server.',
  PHOTO_INVALID_DIMENSIONS: 'Telegram does not take a photo of these dimensions.',
  IMAGE_PROCESS_FAILED: 'Telegram could not read that photo.',
  RANDOM_ID_DUPLICATE: 'That message has been sent before.',
  FLOOD_WAIT_X: 'Telegram asks to wait before that call is repeated.',
  SLOWMODE_WAIT_X: 'The chat is in slow mode.',
  CONNECTION_LOST: 'The connection to Telegram was lost; check the network and run the same command again.',
  TIMEOUT: 'Telegram did not answer in time; check the network and run the same command again.',
  BOT_METHOD_INVALID: 'Bots may not do that; sign in as a user.',
  METHOD_INVALID: 'The server does not know that method.',
  INPUT_METHOD_INVALID: 'The server does not know that method.',
  CONNECTION_API_ID_INVALID: 'TG_API_ID is wrong; copy it again from https://my.telegram.org.',
};

/** Why a session is no session any more; the mend is always a new login. */
const SIGNED_OUT: Readonly<Record<string, string>> = {
  AUTH_KEY_UNREGISTERED: 'Not signed in, or the session has been ended: run `telepi login`.',
  AUTH_KEY_INVALID: 'The server does not know this session: run `telepi login`.',
  AUTH_KEY_PERM_EMPTY: 'The server does not know this session: run `telepi login`.',
  AUTH_KEY_DUPLICATED:
    'The session was used from two places at once and Telegram has ended it: run `telepi login`, one session for each machine.',
  SESSION_EXPIRED: 'The session has expired: run `telepi login`.',
  SESSION_REVOKED: 'The session was ended from another device: run `telepi login`.',
  USER_DEACTIVATED: 'Telegram has deactivated or the user deleted this account: sign in with another one.',
  USER_DEACTIVATED_BAN: 'Telegram has banned this account: sign in with another one.',
};

/** The wire string with its numbers taken out: FLOOD_WAIT_12 becomes FLOOD_WAIT_X. */
export function nameOfRefusal(errorMessage: string): string {
  return errorMessage.replace(/(?<=_)\d+(?=_|$)/g, 'X');
}

/** One sentence about the refusal; undefined for those that only developers meet. */
export function sentenceFor(errorMessage: string): string | undefined {
  return SENTENCES[nameOfRefusal(errorMessage)];
}

/** One sentence when the refusal means that there is no signed-in session. */
export function signedOutSentence(errorMessage: string): string | undefined {
  return SIGNED_OUT[errorMessage];
}
