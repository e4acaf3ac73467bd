import { ACTIONS } from './actions.js';
import {
  BUTTON_ROWS,
  BUTTON_STYLES,
  BUTTON_TYPES,
  BUTTONS,
  INLINE_BUTTON_ROWS,
  INLINE_BUTTON_TYPES,
  INLINE_BUTTONS,
  MARKUP,
} from './buttons.js';
import { ENTITIES } from './entities.js';
import {
  FORWARD_HEADER_FIELDS,
  FORWARD_HEADERS,
  REPLY_HEADER_FIELDS,
  REPLY_HEADERS,
  STORY_REPLY_FIELDS,
} from './headers.js';
import { INPUT_MEDIA } from './input-media.js';
import type { KindTable } from './kind.js';
import { FILE_ATTRIBUTES, MEDIA, PAID_ITEMS } from './media.js';
import { DOCUMENT_FIELDS, PHOTO_FIELDS, POLL_FIELDS, PREVIEW_FIELDS } from './media-fields.js';
import { MESSAGE_FIELDS, MESSAGES, SERVICE_FIELDS } from './message-fields.js';
import { PREVIEW_ATTRIBUTES, STORY_AREAS } from './previews.js';
import { BLOCKS, RICH_TEXTS } from './rich.js';

/**
 * What becomes of everything that a message can consist of: every constructor of these types of Telegram's, by its name
 * in the client library. KINDS.md is made of it: `npm run kinds-doc`.
 */
export const KINDS = {
  Message: MESSAGES,
  MessageMedia: MEDIA,
  MessageExtendedMedia: PAID_ITEMS,
  DocumentAttribute: FILE_ATTRIBUTES,
  MessageEntity: ENTITIES,
  WebPageAttribute: PREVIEW_ATTRIBUTES,
  MessageReplyHeader: REPLY_HEADERS,
  MessageFwdHeader: FORWARD_HEADERS,
  ReplyMarkup: MARKUP,
  KeyboardInlineButtonRow: INLINE_BUTTON_ROWS,
  KeyboardInlineButton: INLINE_BUTTONS,
  InlineButtonType: INLINE_BUTTON_TYPES,
  KeyboardButtonRow: BUTTON_ROWS,
  KeyboardButton: BUTTONS,
  ButtonType: BUTTON_TYPES,
  KeyboardButtonStyle: BUTTON_STYLES,
  PageBlock: BLOCKS,
  RichText: RICH_TEXTS,
  MediaArea: STORY_AREAS,
  MessageAction: ACTIONS,
  InputMedia: INPUT_MEDIA,
} as const satisfies Readonly<Record<string, KindTable>>;

/** What becomes of every field and flag of these constructors. */
export const FIELDS = {
  Message: MESSAGE_FIELDS,
  MessageService: SERVICE_FIELDS,
  MessageReplyHeader: REPLY_HEADER_FIELDS,
  MessageReplyStoryHeader: STORY_REPLY_FIELDS,
  MessageFwdHeader: FORWARD_HEADER_FIELDS,
  MessageMediaPhoto: PHOTO_FIELDS,
  MessageMediaDocument: DOCUMENT_FIELDS,
  MessageMediaWebPage: PREVIEW_FIELDS,
  Poll: POLL_FIELDS,
} as const satisfies Readonly<Record<string, KindTable>>;
