import { downloadKeys } from '../settings/download-table.js';
import { s3Keys } from '../settings/s3-table.js';
import { selectionKeys } from '../settings/selection-table.js';
import type { SettingKey } from '../settings/table.js';
import type { FlagSpec } from './command.js';
import { ENQUEUE_FLAGS, STRETCH_FLAG } from './queue-flags.js';

/** The settings of `telepi download` besides those of the connection. */
export const DOWNLOAD: readonly SettingKey[] = [
  'sourceChat',
  'sourceTopic',
  'bufferMb',
  ...s3Keys,
  ...downloadKeys,
  ...selectionKeys,
];

export const ALLOW_PROTECTED = {
  name: 'allow-protected',
  about: 'continue even if the owner of the source forbids saving its content; only if you may copy it',
} as const;

/** The flags of `telepi download` that aren't settings. */
export const DOWNLOAD_FLAGS: readonly FlagSpec[] = [
  {
    name: 'media-type',
    placeholder: 'photo|video|document|both|all',
    about:
      'which files, by the rules of the older downloader: photo, video (also one that was sent as a file), document (any other file with a name), both (photos and videos) or all. --ext then chooses among documents alone. Without it, --kind, --exclude-kind, --ext and --filter only the photos of a chat are downloaded. A message that a link or an id names is then downloaded with all its files. When a chat is named, too, such a message always is',
  },
  { name: 'with-comments', about: "also the files in the comments of a channel's posts" },
  {
    name: 'from-file',
    placeholder: 'file',
    about:
      'a list, - for standard input: a link, or an id of a message of the chat, on each line; a # begins a comment',
  },
  { name: 'pick', about: 'tick the files in a list on the terminal: type to filter, with sizes and totals' },
  {
    name: 'dry-run',
    about: 'say by kind how many files and bytes it would be, and how long that takes; download nothing',
  },
  {
    name: 'show-count',
    about: 'count the files before the first one is downloaded; a long history is then read twice',
  },
  {
    name: 'schedule',
    placeholder: 'cron',
    about:
      "download again and again, whenever this cron expression is due by this machine's time, until interrupted; '0 3 * * *': each night at three; a chat that is lost meanwhile is named and left out",
  },
  {
    name: 'refill',
    about:
      'download into a folder that is missing or empty although files were downloaded into it; without it that is refused, since its disk may not be mounted',
  },
  {
    name: 'verify-source',
    about:
      "compare each part of a file with Telegram's own SHA-256 of it, before it is written; also what an earlier run has left of it",
  },
  ALLOW_PROTECTED,
  ...ENQUEUE_FLAGS,
  STRETCH_FLAG,
  { name: 'list-chats', about: 'list the chats, as telepi chats does, and download nothing' },
];
