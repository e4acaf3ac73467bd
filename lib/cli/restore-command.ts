import { s3Keys } from '../settings/s3-table.js';
import { selectionKeys } from '../settings/selection-table.js';
import { textKeys } from '../settings/text-table.js';
import type { CommandSpec } from './command.js';
import { CONNECTION } from './connection-settings.js';
import { ALLOW_PROTECTED } from './download-flags.js';

export const RESTORE: CommandSpec = {
  name: 'restore',
  about:
    'Post messages that downloads have kept back into a chat, each once, as new messages of this account with author and original date',
  word: {
    name: 'plan',
    about:
      'the file of telepi erase plan: restores the messages of it that are gone from the chat; --source unless given',
  },
  settings: [
    ...CONNECTION,
    'minInterval',
    'parallelUploads',
    'bufferMb',
    'cards',
    'closedTopics',
    'service',
    ...selectionKeys,
    ...textKeys,
    ...s3Keys,
  ],
  flags: [
    {
      name: 'source',
      placeholder: 'chat',
      about: 'without a plan: the chat whose kept messages are posted: a -100… id, @name or link',
    },
    {
      name: 'target',
      placeholder: 'chat',
      about: "post into this chat; into the plan's own one unless given",
    },
    {
      name: 'dry-run',
      about: 'say by kind what would be posted, skipped and lost, the bytes and the time; post nothing',
    },
    {
      name: 'retry-failed',
      about:
        'first retry messages that failed in earlier runs; they come after everything that is in the chat by now',
    },
    {
      name: 'as-import',
      about:
        'have Telegram import the messages with their own dates and names, once: into supergroups, or the private chat of two contacts; without formatting, replies and albums',
    },
    {
      name: 'import-offset',
      placeholder: 'offset',
      about:
        "with --as-import: how far the clock of the account's time zone, by which Telegram reads dates, is from UTC, such as +03:30; +00:00 unless given",
    },
    {
      name: 'import-zone',
      placeholder: 'area/city',
      about:
        'with --as-import: the time zone of the account, such as Europe/Berlin, in place of the offset; summer time counts',
    },
    {
      name: 'import-file',
      placeholder: 'file',
      about: 'with --as-import and --dry-run: write the history that Telegram would get into this new file',
    },
    {
      name: 'import-again',
      about:
        'with --as-import: import once more what never came, or came with shifted dates; look into the chat before',
    },
    { name: 'yes', about: 'with --as-import: do not ask for confirmation' },
    { name: 'stop-on-error', about: "stop at the first message that can't be posted" },
    ALLOW_PROTECTED,
  ],
  examples: [
    ['telepi restore plan.json', 'what telepi erase run has deleted by this plan, into the same chat'],
    ['telepi restore plan.json --target @elsewhere --dry-run', 'says what would be posted elsewhere'],
    [
      'telepi restore plan.json --target @group --as-import --dry-run',
      'says what an import with the original dates and names would make, and lose',
    ],
    [
      'telepi restore --chat -1001234567890 --target @new --since 2024-01-01',
      'kept messages of a chat that is lost, into another one',
    ],
  ],
  load: async () => (await import('./commands/restore.js')).restore,
};
