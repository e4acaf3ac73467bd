/** What is done when Telegram answers a call with an error. `DEEDS` says it in words. */
export type Action =
  | 'flood'
  | 'premium'
  | 'slowmode'
  | 'repeat'
  | 'reference'
  | 'missing-part'
  | 'duplicate'
  | 'migrate'
  | 'initialise'
  | 'unknown-method'
  | 'ask'
  | 'login'
  | 'settings'
  | 'reduce'
  | 'message'
  | 'run'
  | 'signed-out';

/** Actions in words, as the table of errors shows them. */
export const DEEDS: Readonly<Record<Action, string>> = {
  flood:
    'wait: every call that is counted with it waits the seconds told, longer each time it comes again, then repeats',
  premium:
    'wait: every call that is counted with it waits the seconds told, then the same part is asked for or sent again',
  slowmode: 'wait: the call waits the seconds told, then repeats',
  repeat:
    'repeat: after 0.5 s, doubling to 30 s; after ten minutes of nothing else the run stops: TELEGRAM_FAILING when errors were all that was answered, TELEGRAM_UNREACHABLE when nothing was; the last section says what is done about a 500 that one message alone meets',
  reference:
    'refetch: the message is read again for a fresh file reference, and the same part asked for again',
  'missing-part': 'repair: that part alone is carried again, and the send repeated',
  duplicate: 'success: the message was sent by an earlier call; its id is looked for in the target',
  migrate: 'move: the call is repeated at the DC that the error names',
  initialise: 'repeat: the connection is opened anew, and the call repeated',
  'unknown-method':
    'left out where TelePi can do without the call; elsewhere the message fails, and ten in a row stop the run',
  ask: 'asked again: three times in all, then the login ends',
  login: 'the login ends; exit status 1',
  settings: 'the command ends, since a setting is wrong; exit status 2',
  reduce: 'reduced: the message is sent without what was refused, which is counted and told',
  message: 'the message fails, and the next one goes on; ten in a row for one reason stop the run',
  run: 'the run stops before this message; exit status 1',
  'signed-out': 'the run stops before this message; exit status 3',
};

/** The calls of TelePi, by what they are for. */
export const CALLS = {
  send: ['messages.sendMessage', 'messages.sendMedia', 'messages.sendMultiMedia'],
  media: ['messages.sendMedia', 'messages.sendMultiMedia', 'messages.uploadMedia'],
  topics: [
    'messages.createForumTopic',
    'messages.getForumTopics',
    'messages.editForumTopic',
    'messages.updatePinnedForumTopic',
  ],
  read: [
    'messages.getHistory',
    'messages.getReplies',
    'channels.getMessages',
    'messages.getMessages',
    'messages.getDialogs',
    'channels.getChannels',
    'channels.getFullChannel',
    'messages.getChats',
    'contacts.resolveUsername',
  ],
  check: ['messages.setTyping'],
  download: ['upload.getFile', 'upload.getFileHashes'],
  upload: ['upload.saveFilePart', 'upload.saveBigFilePart'],
  login: [
    'auth.sendCode',
    'auth.resendCode',
    'auth.signIn',
    'account.getPassword',
    'auth.checkPassword',
    'auth.importBotAuthorization',
    'auth.exportLoginToken',
    'auth.importLoginToken',
    'auth.logOut',
  ],
  connect: [
    'help.getConfig',
    'help.getAppConfig',
    'users.getUsers',
    'auth.exportAuthorization',
    'auth.importAuthorization',
  ],
} as const;

/** `any`: whatever is called. */
export type CallGroup = keyof typeof CALLS | 'any';

/** One line of the table. */
export interface ErrorRule {
  /** Telegram's name, numbers as X (`FLOOD_WAIT_X`), and `*` for any letters: `CHAT_SEND_*_FORBIDDEN`. */
  readonly name: string;
  /** rpc_error's error_code, as published. The name decides, whatever code comes along. */
  readonly code: number;
  readonly on: CallGroup;
  readonly action: Action;
  /** What a user reads, and can do. */
  readonly sentence: string;
}

/** Rules of one subject: calls and action for all, then name, code and sentence of each. */
export function rulesFor(
  on: CallGroup,
  action: Action,
  lines: readonly (readonly [name: string, code: number, sentence: string])[],
): readonly ErrorRule[] {
  return lines.map(([name, code, sentence]) => ({ name, code, on, action, sentence }));
}

/** The wire string with its numbers taken out: FLOOD_WAIT_12 becomes FLOOD_WAIT_X. */
export function nameOfRefusal(errorMessage: string): string {
  return errorMessage.replace(/(?<=_)\d+(?=_|$)/g, 'X');
}
