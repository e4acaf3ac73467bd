import { rulesFor } from '../rule.js';

const NEW_LOGIN = 'run `telepi login` again.';

/** The account, its session, and signing in. */
export const ACCOUNT = [
  ...rulesFor('any', 'signed-out', [
    ['AUTH_KEY_UNREGISTERED', 401, 'Not signed in, or the session has been ended: run `telepi login`.'],
    ['AUTH_KEY_INVALID', 401, 'The server does not know this session: run `telepi login`.'],
    ['AUTH_KEY_PERM_EMPTY', 401, 'The server does not know this session: run `telepi login`.'],
    [
      'AUTH_KEY_DUPLICATED',
      406,
      'The session was used from two places at once and Telegram has ended it: run `telepi login`, one session for each machine.',
    ],
    ['AUTH_KEY_*', 401, 'The server does not accept this session: run `telepi login`.'],
    ['SESSION_EXPIRED', 401, 'The session has expired: run `telepi login`.'],
    ['SESSION_REVOKED', 401, 'The session was ended from another device: run `telepi login`.'],
    [
      'SESSION_PASSWORD_NEEDED',
      401,
      'The login was not finished: the two-step password is still missing. Run `telepi login`.',
    ],
    [
      'ACTIVE_USER_REQUIRED',
      401,
      'This account is not active yet: finish its registration in a Telegram app.',
    ],
    [
      'USER_DEACTIVATED',
      401,
      'Telegram has deactivated this account, or its user has deleted it: sign in with another one.',
    ],
    ['USER_DEACTIVATED_BAN', 401, 'Telegram has banned this account: sign in with another one.'],
  ]),
  ...rulesFor('any', 'run', [
    ['FROZEN_METHOD_INVALID', 420, 'Telegram has frozen this account; open a Telegram app to see why.'],
    ['FROZEN_PARTICIPANT_MISSING', 400, 'Telegram has frozen this account; open a Telegram app to see why.'],
    ['BOT_METHOD_INVALID', 400, 'Bots may not do that; sign in as a user.'],
    [
      'BUSINESS_CONNECTION_NOT_ALLOWED',
      400,
      'That call cannot be made through a business connection; TelePi uses none, so please report this.',
    ],
  ]),
  ...rulesFor('send', 'run', [
    ['PEER_FLOOD', 400, 'Telegram has limited this account for spam; ask @SpamBot about it, and wait.'],
    ['BALANCE_TOO_LOW', 400, 'The target takes paid messages only, and this account has too few Stars.'],
  ]),
  ...rulesFor('connect', 'run', [
    [
      'AUTH_BYTES_INVALID',
      400,
      'The server refused to carry the login over to another of its DCs; run the same command again.',
    ],
    ['DC_ID_INVALID', 400, 'The server has no such DC; check TG_DC.'],
  ]),
  ...rulesFor('login', 'ask', [
    ['PHONE_CODE_INVALID', 400, 'The login code is wrong.'],
    ['CODE_INVALID', 400, 'The login code of the e-mail is wrong.'],
    ['EMAIL_CODE_INVALID', 400, 'The login code of the e-mail is wrong.'],
    ['PASSWORD_HASH_INVALID', 400, 'The two-step password is wrong.'],
  ]),
  ...rulesFor('connect', 'settings', [
    ['CONNECTION_API_ID_INVALID', 400, 'TG_API_ID is wrong; copy it again from https://my.telegram.org.'],
  ]),
  ...rulesFor('login', 'settings', [
    [
      'API_ID_INVALID',
      400,
      'TG_API_ID and TG_API_HASH do not belong together; copy both from https://my.telegram.org.',
    ],
    [
      'API_ID_PUBLISHED_FLOOD',
      400,
      'This TG_API_ID has been published and is blocked; create your own at https://my.telegram.org.',
    ],
    ['ACCESS_TOKEN_INVALID', 400, 'The bot token is wrong; copy it again from @BotFather.'],
    ['ACCESS_TOKEN_EXPIRED', 400, 'The bot token has been revoked; get a new one from @BotFather.'],
  ]),
  ...rulesFor('login', 'login', [
    [
      'PHONE_NUMBER_INVALID',
      400,
      'The phone number is wrong; write it with its country code, such as +491701234567.',
    ],
    ['PHONE_NUMBER_BANNED', 400, 'Telegram has banned this phone number.'],
    [
      'PHONE_NUMBER_FLOOD',
      400,
      'Telegram has been asked for too many codes for this number; try again tomorrow.',
    ],
    [
      'PHONE_NUMBER_UNOCCUPIED',
      400,
      'No Telegram account has this phone number; create one in a Telegram app first.',
    ],
    [
      'PHONE_NUMBER_APP_SIGNUP_FORBIDDEN',
      400,
      'No Telegram account has this phone number; create one in a Telegram app first.',
    ],
    ['PHONE_PASSWORD_FLOOD', 406, 'Too many attempts with this number; try again tomorrow.'],
    [
      'PHONE_PASSWORD_PROTECTED',
      400,
      'This number is protected by a password; sign in with a Telegram app, then with `telepi login --qr`.',
    ],
    ['PHONE_CODE_EMPTY', 400, 'The login code is missing.'],
    ['PHONE_CODE_EXPIRED', 400, 'The login code has expired; run `telepi login` again for a new one.'],
    [
      'EMAIL_VERIFY_EXPIRED',
      400,
      'The code of the e-mail has expired; run `telepi login` again for a new one.',
    ],
    [
      'EMAIL_INSTALL_MISSING',
      400,
      'This account has no e-mail address to send the code to; sign in with `telepi login --qr`.',
    ],
    ['PHONE_CODE_HASH_EMPTY', 400, `The login can no longer be completed; ${NEW_LOGIN}`],
    ['SMS_CODE_CREATE_FAILED', 400, `Telegram could not send a code; ${NEW_LOGIN}`],
    [
      'SEND_CODE_UNAVAILABLE',
      406,
      'Telegram has no way left to send a code to this number; try again tomorrow, or use `telepi login --qr`.',
    ],
    ['SRP_ID_INVALID', 400, `The password check has expired; ${NEW_LOGIN}`],
    ['SRP_PASSWORD_CHANGED', 400, `The two-step password was changed meanwhile; ${NEW_LOGIN}`],
    ['AUTH_RESTART', 500, 'Telegram asks for the login to start again; run `telepi login` again.'],
    ['AUTH_RESTART_X', 500, 'Telegram asks for the login to start again; run `telepi login` again.'],
    ['SIGN_IN_FAILED', 500, `Telegram could not sign this account in; ${NEW_LOGIN}`],
    ['AUTH_TOKEN_EXPIRED', 400, 'The QR code has expired; run `telepi login --qr` again.'],
    ['AUTH_TOKEN_INVALID', 400, 'The QR code is not valid any more; run `telepi login --qr` again.'],
    ['AUTH_TOKEN_INVALIDX', 400, 'The QR code is not valid any more; run `telepi login --qr` again.'],
    ['AUTH_TOKEN_ALREADY_ACCEPTED', 400, 'The QR code was used before; run `telepi login --qr` again.'],
    [
      'UPDATE_APP_TO_LOGIN',
      406,
      'Telegram requires a newer version of TelePi for this login; install the latest, or use `telepi login --qr`.',
    ],
    [
      '2FA_CONFIRM_WAIT_X',
      420,
      'This account is protected by a password and is about to be deleted; sign in with a Telegram app to stop that.',
    ],
  ]),
];
