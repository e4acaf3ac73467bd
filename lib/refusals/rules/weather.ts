import { rulesFor } from '../rule.js';

const BAD_MOMENT = 'Telegram had a bad moment; TelePi repeats the call.';

/** Temporary trouble: waits that Telegram asks for, and bad moments of its servers and of the network. */
export const WEATHER = [
  ...rulesFor('any', 'flood', [
    ['FLOOD_WAIT_X', 420, 'Telegram asks TelePi to wait before it repeats that call.'],
    [
      'FLOOD_TEST_PHONE_WAIT_X',
      420,
      "Telegram's test servers ask TelePi to wait before it repeats that call.",
    ],
  ]),
  ...rulesFor('download', 'premium', [
    [
      'FLOOD_PREMIUM_WAIT_X',
      420,
      'Telegram slows down files for accounts without Premium, and asks TelePi to wait.',
    ],
  ]),
  ...rulesFor('send', 'slowmode', [
    ['SLOWMODE_WAIT_X', 420, 'The target is in slow mode, and TelePi has to wait.'],
  ]),
  ...rulesFor('any', 'repeat', [
    ['INTERNAL', 500, BAD_MOMENT],
    ['INTERNAL_SERVER_ERROR', 500, BAD_MOMENT],
    ['RPC_CALL_FAIL', 500, BAD_MOMENT],
    ['RPC_MCGET_FAIL', 500, BAD_MOMENT],
    ['RPC_CONNECT_FAILED', 500, BAD_MOMENT],
    ['RPC_SEND_FAIL', 500, BAD_MOMENT],
    ['WORKER_BUSY_TOO_LONG_RETRY', 500, BAD_MOMENT],
    ['MSGID_DECREASE_RETRY', 500, BAD_MOMENT],
    ['MT_SEND_QUEUE_TOO_LONG', 500, BAD_MOMENT],
    ['AUTH_KEY_UNSYNCHRONIZED', 500, BAD_MOMENT],
    ['MEMBER_NO_LOCATION', 500, BAD_MOMENT],
    [
      'INTERDC_X_CALL_ERROR',
      500,
      'Two DCs of Telegram could not talk to each other; TelePi repeats the call.',
    ],
    [
      'INTERDC_X_CALL_RICH_ERROR',
      500,
      'Two DCs of Telegram could not talk to each other; TelePi repeats the call.',
    ],
    ['No workers running', 500, BAD_MOMENT],
    ['TIMEOUT', -503, 'Telegram did not answer in time; check the network and run the same command again.'],
    ['TIMEDOUT', -503, 'Telegram did not answer in time; check the network and run the same command again.'],
    ['MSG_WAIT_FAILED', 400, 'An earlier call that this one waited for has failed; TelePi repeats it.'],
    ['MSG_WAIT_TIMEOUT', -503, 'An earlier call that this one waited for took too long; TelePi repeats it.'],
    [
      'CONNECTION_LOST',
      -503,
      'The connection to Telegram was lost; check the network and run the same command again.',
    ],
  ]),
  ...rulesFor('read', 'repeat', [['HISTORY_GET_FAILED', 500, BAD_MOMENT]]),
  ...rulesFor('media', 'repeat', [
    ['POSTPONED_TIMEOUT', 500, BAD_MOMENT],
    ['STORAGE_CHECK_FAILED', 500, BAD_MOMENT],
  ]),
  ...rulesFor('any', 'migrate', [
    ['USER_MIGRATE_X', 303, 'This account lives on another DC of Telegram.'],
    ['PHONE_MIGRATE_X', 303, 'This phone number belongs to another DC of Telegram.'],
    ['NETWORK_MIGRATE_X', 303, 'This network belongs to another DC of Telegram.'],
  ]),
  ...rulesFor('download', 'migrate', [['FILE_MIGRATE_X', 303, 'The file is on another DC of Telegram.']]),
  ...rulesFor('any', 'initialise', [
    ['CONNECTION_NOT_INITED', 400, 'The server has forgotten this connection.'],
  ]),
];
