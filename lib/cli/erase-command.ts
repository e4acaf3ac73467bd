import { s3Keys } from '../settings/s3-table.js';
import { selectionKeys } from '../settings/selection-table.js';
import type { CommandSpec } from './command.js';
import { CONNECTION } from './connection-settings.js';

export const ERASE: CommandSpec = {
  name: 'erase',
  about:
    'Delete messages at Telegram by a plan, only ones that the archive is proven to keep: first telepi erase plan, then telepi erase run PLAN',
  word: {
    name: 'plan|run PLAN',
    about:
      'plan: find the messages, write them into a file, and show what would be deleted; run: delete what the file of a plan has',
    many: true,
  },
  settings: [...CONNECTION, ...selectionKeys, ...s3Keys],
  flags: [
    {
      name: 'source',
      placeholder: 'chat',
      about: 'plan: of this chat: a -100… id, @name, me or link',
    },
    { name: 'own', about: "plan: only this account's own messages, as it is unless --others is given" },
    { name: 'others', about: 'plan: messages of others, too' },
    {
      name: 'for-everyone',
      about:
        'plan: delete them for everyone; needed in channels and supergroups, where nothing else is possible; elsewhere they go for this account alone without it',
    },
    {
      name: 'unarchived',
      about: 'plan: also delete what the archive does not have, for good and without a copy',
    },
    {
      name: 'output',
      placeholder: 'file',
      about: 'plan: the file of the plan, which must not exist; in the data directory unless given',
    },
    {
      name: 'confirm',
      placeholder: '"TITLE" COUNT',
      about: "run: the chat's title and the plan's number of messages, in place of the questions",
    },
    {
      name: 'only-proven',
      about:
        'run: delete the proven messages and leave the others; without it, one other message stops the run',
    },
    {
      name: 'blobs',
      placeholder: 'folder|s3://…',
      about:
        'also look for files here, by their SHA-256; the folder blobs of the data directory is looked into anyway',
    },
  ],
  examples: [
    [
      'telepi erase plan --chat @group --for-everyone --until 2023-12-31',
      'own messages of a group, as a plan',
    ],
    [
      'telepi erase run data/erase/PLAN.json',
      "shows it again, asks for the chat's title, waits a minute, deletes",
    ],
    ['telepi erase run PLAN.json --confirm "Old group" 1250', 'without a terminal'],
  ],
  load: async () => (await import('./commands/erase.js')).erase,
};
