import { rulesFor } from '../rule.js';

const UNUSABLE = 'Telegram could not use that media.';
const STYLES = 'Telegram refused the styles of the text; it is sent without them.';
const PREVIEW = 'Telegram refused the link preview; the text is sent without its layout.';
const GONE = 'The file is no longer on the server.';
const BAD_PART = 'Telegram refused an uploaded part of the file.';

/** Sending messages and their files: errors that concern one message. */
export const CONTENT = [
  ...rulesFor('send', 'duplicate', [['RANDOM_ID_DUPLICATE', 400, 'That message has been sent before.']]),
  ...rulesFor('download', 'reference', [
    ['FILE_REFERENCE_EXPIRED', 400, 'The file reference has expired.'],
    ['FILE_REFERENCE_INVALID', 400, 'The file reference is no longer valid.'],
    ['FILE_REFERENCE_EMPTY', 400, 'The file reference is missing.'],
  ]),
  ...rulesFor('download', 'run', [
    [
      'FILEREF_UPGRADE_NEEDED',
      406,
      'Telegram requires a newer version of TelePi to read its files; install the latest.',
    ],
  ]),
  ...rulesFor('media', 'reference', [
    ['FILE_REFERENCE_X_EXPIRED', 400, "The reference of an album's file has expired."],
    ['FILE_REFERENCE_X_INVALID', 400, "The reference of an album's file is no longer valid."],
    ['FILE_REFERENCE_X_EMPTY', 400, "The reference of an album's file is missing."],
  ]),
  ...rulesFor('media', 'missing-part', [
    ['FILE_PART_X_MISSING', 400, 'An uploaded part has expired on the server.'],
  ]),
  ...rulesFor('send', 'reduce', [
    [
      'ENTITY_MENTION_USER_INVALID',
      400,
      'This account does not know a user who is mentioned; the mention is left out.',
    ],
    ['USER_INVALID', 400, 'This account does not know a user who is mentioned; the mention is left out.'],
    ['ENTITIES_TOO_LONG', 400, STYLES],
    ['ENTITY_*', 400, STYLES],
    ['WEBPAGE_CURL_FAILED', 400, PREVIEW],
    ['WEBPAGE_MEDIA_EMPTY', 400, PREVIEW],
    ['WEBPAGE_NOT_FOUND', 400, PREVIEW],
    ['WEBPAGE_URL_INVALID', 400, PREVIEW],
    ['WC_CONVERT_URL_INVALID', 400, PREVIEW],
  ]),
  ...rulesFor('send', 'message', [
    ['MESSAGE_EMPTY', 400, 'The message has no text.'],
    ['MESSAGE_TOO_LONG', 400, 'The text is longer than Telegram accepts from this account.'],
    ['MEDIA_CAPTION_TOO_LONG', 400, 'The caption is longer than Telegram accepts from this account.'],
    ['PREMIUM_ACCOUNT_REQUIRED', 400, 'Only an account with Premium may send that.'],
    ['CHAT_SEND_PLAIN_FORBIDDEN', 403, 'The target does not let this account send texts.'],
    ['CHAT_SEND_MEDIA_FORBIDDEN', 403, 'The target does not let this account send media.'],
    ['CHAT_SEND_PHOTOS_FORBIDDEN', 403, 'The target does not let this account send photos.'],
    ['CHAT_SEND_VIDEOS_FORBIDDEN', 403, 'The target does not let this account send videos.'],
    ['CHAT_SEND_ROUNDVIDEOS_FORBIDDEN', 403, 'The target does not let this account send round videos.'],
    ['CHAT_SEND_AUDIOS_FORBIDDEN', 403, 'The target does not let this account send music.'],
    ['CHAT_SEND_VOICES_FORBIDDEN', 403, 'The target does not let this account send voice messages.'],
    ['CHAT_SEND_DOCS_FORBIDDEN', 403, 'The target does not let this account send files.'],
    ['CHAT_SEND_GIFS_FORBIDDEN', 403, 'The target does not let this account send animations.'],
    ['CHAT_SEND_STICKERS_FORBIDDEN', 403, 'The target does not let this account send stickers.'],
    ['CHAT_SEND_WEBPAGE_FORBIDDEN', 403, 'The target does not let this account send link previews.'],
    ['CHAT_SEND_*_FORBIDDEN', 403, 'The target does not let this account send messages of this kind.'],
    ['VOICE_MESSAGES_FORBIDDEN', 400, 'That user accepts no voice messages.'],
    ['SLOWMODE_MULTI_MSGS_DISABLED', 400, 'The target is in slow mode and accepts no albums.'],
    ['RANDOM_ID_EMPTY', 400, "Telegram found a fault in TelePi's request; please report it."],
    ['PTS_CHANGE_EMPTY', 500, 'Telegram forwarded nothing.'],
    ['RANDOM_ID_INVALID', 400, "Telegram found a fault in TelePi's request; please report it."],
  ]),
  ...rulesFor('media', 'message', [
    ['MEDIA_EMPTY', 400, UNUSABLE],
    ['MEDIA_INVALID', 400, UNUSABLE],
    ['MEDIA_FILE_INVALID', 400, UNUSABLE],
    ['MEDIA_TYPE_INVALID', 400, UNUSABLE],
    ['MEDIA_GROUPED_INVALID', 400, 'Telegram does not accept these media as one album.'],
    ['GROUPED_MEDIA_INVALID', 400, 'Telegram does not accept these media as one album.'],
    ['MULTI_MEDIA_TOO_LONG', 400, 'An album holds at most ten items.'],
    ['SEND_MEDIA_INVALID', 500, UNUSABLE],
    ['DOCUMENT_INVALID', 400, UNUSABLE],
    ['INPUT_FILE_INVALID', 400, UNUSABLE],
    ['FILE_CONTENT_TYPE_INVALID', 400, 'Telegram does not accept a file of this type.'],
    ['EMOTICON_INVALID', 400, UNUSABLE],
    ['STICKER_*INVALID', 400, 'Telegram does not accept that sticker.'],
    ['PHOTO_EXT_INVALID', 400, 'Telegram does not accept a photo of this type.'],
    ['PHOTO_INVALID', 400, 'Telegram could not read that photo.'],
    ['PHOTO_INVALID_DIMENSIONS', 400, 'Telegram does not accept a photo of these dimensions.'],
    ['PHOTO_SAVE_FILE_INVALID', 400, 'Telegram could not store that photo; it may be larger than 10 MB.'],
    ['PHOTO_CONTENT_TYPE_INVALID', 400, 'Telegram does not accept a photo of this type.'],
    ['IMAGE_PROCESS_FAILED', 400, 'Telegram could not read that photo.'],
    ['VIDEO_CONTENT_TYPE_INVALID', 400, 'Telegram does not accept a video of this type.'],
    ['VIDEO_FILE_INVALID', 400, 'Telegram could not read that video.'],
    ['TTL_MEDIA_INVALID', 400, 'Telegram does not let that media self-destruct.'],
    ['MD5_CHECKSUM_INVALID', 400, 'The uploaded file arrived damaged; run with --retry-failed.'],
    ['FILE_PART_LENGTH_INVALID', 400, BAD_PART],
    ['FILE_PARTS_INVALID', 400, 'The file is larger than this account may upload.'],
    ['FILE_EMTPY', 400, 'The file has no bytes.'],
  ]),
  ...rulesFor('upload', 'message', [
    ['FILE_PART_EMPTY', 400, BAD_PART],
    ['FILE_PART_INVALID', 400, BAD_PART],
    ['FILE_PART_SIZE_INVALID', 400, 'Telegram refused the size of an uploaded part.'],
    ['FILE_PART_SIZE_CHANGED', 400, 'Parts of one upload came with different sizes.'],
    ['FILE_PART_TOO_BIG', 400, 'Telegram refused the size of an uploaded part.'],
    ['FILE_PART_TOO_SMALL', 400, 'Telegram refused the size of an uploaded part.'],
  ]),
  ...rulesFor('download', 'message', [
    ['FILE_ID_INVALID', 400, GONE],
    ['LOCATION_INVALID', 400, GONE],
    ['LIMIT_INVALID', 400, "Telegram found a fault in TelePi's request; please report it."],
    ['OFFSET_INVALID', 400, "Telegram found a fault in TelePi's request; please report it."],
    ['CDN_METHOD_INVALID', 400, 'The file is only on a CDN, and TelePi does not read CDNs.'],
  ]),
  ...rulesFor('read', 'message', [
    ['MESSAGE_ID_INVALID', 400, 'The message no longer exists.'],
    ['MESSAGE_IDS_EMPTY', 400, "Telegram found a fault in TelePi's request; please report it."],
  ]),
];
