import { s3Keys } from '../settings/s3-table.js';
import { selectionKeys } from '../settings/selection-table.js';
import type { CommandSpec } from './command.js';
import { FORMATS } from './export/formats.js';
import { LIVE_FLAGS, LIVE_SETTINGS } from './live/live-flags.js';

export const EXPORT: CommandSpec = {
  name: 'export',
  about:
    'Write messages that downloads have kept, with their files, into a folder in the format of Telegram Desktop or another one; asks nothing of Telegram, unless with --live',
  settings: [...LIVE_SETTINGS, ...selectionKeys, ...s3Keys],
  flags: [
    {
      name: 'source',
      placeholder: 'chat',
      about:
        "this chat: a -100… id, @name, me or link; several with commas between them, or all of an account's chats unless given",
      many: true,
    },
    {
      name: 'output',
      placeholder: 'folder',
      about:
        'where to; into a folder that has other files, a folder such as ChatExport_2024-12-31 is made. A later export of the same chats into the same folder adds what is new',
    },
    {
      name: 'format',
      placeholder: FORMATS.join('|'),
      about:
        'desktop (result.json, unless given), jsonl (one document a line), csv (a table for spreadsheets), html (pages for a browser), rss or json-feed',
    },
    {
      name: 'media',
      placeholder: 'copy|link|symlink|none',
      about:
        'copy files (unless given), give them a second name (link; copies where that is impossible), lead to them (symlink), or leave them out',
    },
    { name: 'zone', placeholder: 'Area/City', about: 'the time zone of dates; UTC unless given' },
    {
      name: 'strict-desktop',
      about:
        'write only what Telegram Desktop would write, without the keys from which an import restores everything',
    },
    {
      name: 'account',
      placeholder: 'id',
      about: 'the account whose chats they are, where several have kept messages',
    },
    { name: 'dry-run', about: 'say how many messages and files would be exported; write nothing' },
    ...LIVE_FLAGS,
  ],
  examples: [
    ['telepi export --chat @chat --output ~/chat', "a chat with its files, as Telegram Desktop's own export"],
    ['telepi export --output ~/everything --media link', 'all chats, without using space for files'],
    [
      'telepi export --chat-id -1001234567890 --since 2024-01-01 --format csv --output ~/2024',
      'for spreadsheets',
    ],
    [
      'telepi export --chat @chat --live --output ~/chat',
      'straight from Telegram; nothing is kept but the folder',
    ],
  ],
  load: async () => (await import('./commands/export.js')).exportCommand,
};
