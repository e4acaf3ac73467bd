import { rulesFor } from '../rule.js';

const UNREADABLE =
  'Telegram does not recognise the history as one that it imports; nothing was imported. Update TelePi.';

/** The import of a history into a chat, with its messages' own dates and names. */
export const HISTORY_IMPORT = [
  ...rulesFor('import', 'flood', [
    [
      'PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_XMIN',
      406,
      'An earlier import into that chat is not finished, and Telegram asks TelePi to wait for some minutes.',
    ],
  ]),
  ...rulesFor('import', 'run', [
    ['IMPORT_FORMAT_UNRECOGNIZED', 400, UNREADABLE],
    ['IMPORT_FORMAT_DATE_INVALID', 400, UNREADABLE],
    [
      'IMPORT_FILE_INVALID',
      400,
      'Telegram refuses the text of the history, for its size or its form; nothing was imported. Update TelePi.',
    ],
    [
      'IMPORT_PEER_TYPE_INVALID',
      400,
      "Telegram imports a group's history into supergroups only, and that of two people into their private chat only; choose another target.",
    ],
    [
      'IMPORT_ID_INVALID',
      400,
      'Telegram does not know that import: it was started before, or was begun too long ago.',
    ],
    [
      'USER_NOT_MUTUAL_CONTACT',
      400,
      'Histories are imported only into chats with people who have each other among their contacts; add the contact on both sides first.',
    ],
  ]),
] as const;
