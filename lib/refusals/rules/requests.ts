import { rulesFor } from '../rule.js';

const OURS = "Telegram found a fault in TelePi's request; please report it.";
const NO_METHOD = 'The server does not know that method.';

/** Errors that only another server, another version or a fault of TelePi can cause. */
export const REQUESTS = [
  ...rulesFor('any', 'unknown-method', [
    ['METHOD_INVALID', 400, NO_METHOD],
    ['INPUT_METHOD_INVALID', 400, NO_METHOD],
    ['UNKNOWN_METHOD', 500, NO_METHOD],
    ['*METHOD_INVALID*', 400, NO_METHOD],
    ['*METHOD_UNKNOWN*', 400, NO_METHOD],
    ['*UNKNOWN_METHOD*', 400, NO_METHOD],
    ['*METHOD_NOT*', 501, NO_METHOD],
    ['*NOT_IMPL*', 501, NO_METHOD],
    ['*NOTIMPL*', 501, NO_METHOD],
    ['*UNSUPPORTED*', 400, NO_METHOD],
  ]),
  ...rulesFor('connect', 'run', [
    [
      'CONNECTION_*',
      400,
      'The server does not accept connections from this version of TelePi; install the latest.',
    ],
    ['INPUT_LAYER_INVALID', 400, 'The server does not speak the protocol version of this TelePi.'],
  ]),
  ...rulesFor('any', 'message', [
    ['INPUT_CONSTRUCTOR_INVALID', 400, 'The server does not know the parts that this message is made of.'],
    ['INPUT_FETCH_ERROR', 400, 'The server does not know the parts that this message is made of.'],
    ['INPUT_FETCH_FAIL', 400, 'The server does not know the parts that this message is made of.'],
    ['INPUT_REQUEST_TOO_LONG', 400, 'The message is longer than the server accepts.'],
    ['DATA_INVALID', 400, OURS],
  ]),
  ...rulesFor('read', 'run', [
    ['FOLDER_ID_INVALID', 400, OURS],
    ['PINNED_DIALOGS_TOO_MUCH', 400, OURS],
    ['TAKEOUT_*', 400, OURS],
    ['FROM_MESSAGE_BOT_DISABLED', 400, OURS],
  ]),
];

/** Names that belong to things TelePi doesn't send. If one occurs nevertheless, only that message fails. */
export const NEVER_SENT = rulesFor(
  'send',
  'message',
  [
    'ADMIN_RIGHTS_EMPTY',
    'BOT_*',
    'BROADCAST_*',
    'BUSINESS_*',
    'BUTTON_*',
    'CURRENCY_*',
    'EFFECT_*',
    'ENCRYPTION_*',
    'EXTENDED_MEDIA_*',
    'EXTERNAL_URL_INVALID',
    'GAME_*',
    'GROUPCALL_*',
    'INVOICE_*',
    'PAYMENT_*',
    'PEER_TYPES_INVALID',
    'QUICK_*',
    'QUOTE_*',
    'REPLY_MARKUP_*',
    'REPLY_MESSAGES_TOO_MUCH',
    'REPLY_TO_MONOFORUM_PEER_INVALID',
    'REPLY_TO_USER_INVALID',
    'SCHEDULE_*',
    'STARS_*',
    'SUBSCRIPTION_*',
    'SUGGESTED_*',
    'TERMS_*',
    'TEXTDRAFT_*',
    'WEBDOCUMENT_*',
  ].map((name) => [name, 400, 'Telegram took the message for a kind that TelePi does not send.'] as const),
);
