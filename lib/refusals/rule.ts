/** What TelePi does when Telegram answers a call with an error. `DEEDS` describes each action. */
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

/** A description of each action, as the table of errors shows it. */
export const DEEDS: Readonly<Record<Action, string>> = {
  flood:
    'wait: every call that is counted with it waits for the seconds in the error, longer each time the error comes back, then is repeated',
  premium:
    'wait: every call that is counted with it waits for the seconds in the error, then the same part is asked for or sent again',
  slowmode: 'wait: the call waits for the seconds in the error, then is repeated',
  repeat:
    'repeat: after 0.5 s, doubling to 30 s; after ten minutes of nothing else the run stops, with TELEGRAM_FAILING if the server answered with nothing but errors, with TELEGRAM_UNREACHABLE if it did not answer; the last section describes what happens when a single message keeps getting a 500',
  reference:
    'refetch: the message is read again for a fresh file reference, and the same part is asked for again',
  'missing-part': 'repair: that part alone is uploaded again, and the send is repeated',
  duplicate: 'success: the message was sent by an earlier call; its id is looked for in the target',
  migrate: 'move: the call is repeated at the DC that the error names',
  initialise: 'repeat: the connection is initialised again, and the call is repeated',
  'unknown-method':
    'the call is left out where TelePi can do without it; elsewhere the message fails, and ten in a row stop the run',
  ask: 'the question is asked again, three times in all; then the login ends',
  login: 'the login ends; exit status 1',
  settings: 'the command ends because a setting is wrong; exit status 2',
  reduce: 'reduced: the message is sent without what was refused, and the loss is counted and reported',
  message:
    'the message fails, and the run continues with the next one; ten failures in a row for the same reason stop the run',
  run: 'the run stops before this message; exit status 1',
  'signed-out': 'the run stops before this message; exit status 3',
};

/** The calls that TelePi makes, grouped by purpose. */
export const CALLS = {
  send: ['messages.sendMessage', 'messages.sendMedia', 'messages.sendMultiMedia', 'messages.forwardMessages'],
  media: ['messages.sendMedia', 'messages.sendMultiMedia', 'messages.uploadMedia'],
  edit: ['messages.editMessage', 'messages.toggleTodoCompleted'],
  topics: [
    'messages.createForumTopic',
    'messages.getForumTopics',
    'messages.editForumTopic',
    'messages.updatePinnedForumTopic',
    'messages.reorderPinnedForumTopics',
  ],
  read: [
    'messages.getHistory',
    'messages.getReplies',
    'messages.getDiscussionMessage',
    'channels.getMessages',
    'messages.getMessages',
    'messages.getRichMessage',
    'messages.getDialogs',
    'channels.getChannels',
    'channels.getFullChannel',
    'messages.getChats',
    'messages.getFullChat',
    'stories.getStoriesByID',
    'contacts.resolveUsername',
    'messages.search',
  ],
  pin: ['messages.updatePinnedMessage', 'channels.deleteMessages', 'messages.deleteMessages'],
  create: ['channels.createChannel'],
  profile: [
    'channels.editTitle',
    'channels.editPhoto',
    'messages.editChatTitle',
    'messages.editChatPhoto',
    'messages.editChatAbout',
  ],
  check: ['messages.setTyping'],
  import: [
    'messages.checkHistoryImport',
    'messages.checkHistoryImportPeer',
    'messages.initHistoryImport',
    'messages.uploadImportedMedia',
    'messages.startHistoryImport',
  ],
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
    'users.getFullUser',
    'auth.exportAuthorization',
    'auth.importAuthorization',
  ],
} as const;

/** `any`: every call. */
export type CallGroup = keyof typeof CALLS | 'any';

/** One line of the table. */
export interface ErrorRule {
  /** Telegram's name, numbers as X (`FLOOD_WAIT_X`), and `*` for any letters: `CHAT_SEND_*_FORBIDDEN`. */
  readonly name: string;
  /** rpc_error's error_code, as published. The name decides, whatever code comes with it. */
  readonly code: number;
  readonly on: CallGroup;
  readonly action: Action;
  /** The sentence for users: what happened, and what they can do. */
  readonly sentence: string;
}

/** Builds rules that share their calls and their action from the name, code and sentence of each. */
export function rulesFor(
  on: CallGroup,
  action: Action,
  lines: readonly (readonly [name: string, code: number, sentence: string])[],
): readonly ErrorRule[] {
  return lines.map(([name, code, sentence]) => ({ name, code, on, action, sentence }));
}

/** The wire string with its numbers taken out: FLOOD_WAIT_12 becomes FLOOD_WAIT_X, WAIT_5MIN becomes WAIT_XMIN. */
export function nameOfRefusal(errorMessage: string): string {
  return errorMessage.replace(/(?<=_)\d+(?=_|$|MIN$)/g, 'X');
}
