import type { SettingSpec } from './table-row.js';

/** The settings of where the files of messages go, and how many are fetched at once. */
export const DOWNLOAD_SETTINGS = {
  output: {
    name: 'DOWNLOAD_DIR',
    flag: 'output',
    kind: { type: 'text' },
    default: 'downloads',
    secret: false,
    about: 'folder for the files, or s3://bucket/prefix',
  },
  path: {
    name: 'DOWNLOAD_PATH',
    flag: 'path',
    kind: { type: 'verbatim' },
    secret: false,
    about:
      'where each file lies in its folder, such as {chat}/{year}/{name}; unless set, download takes {year}{month}{day}_{hour}{minute}{second}_{id}_{name}, and organise puts {chat}/{kind}/{year}/ in front of it',
  },
  parallelDownloads: {
    name: 'PARALLEL_DOWNLOADS',
    flag: 'parallel',
    kind: { type: 'integer', min: 1, max: 16 },
    default: '5',
    secret: false,
    about: 'how many files are downloaded at once',
  },
  dedupe: {
    name: 'DEDUPE',
    flag: 'dedupe',
    kind: { type: 'choice', of: ['skip', 'link', 'copy'] },
    default: 'skip',
    secret: false,
    about:
      'a file that lies there already because another message has it, too: skip says where, link and copy give it a name here without downloading it again',
  },
} as const satisfies Record<string, SettingSpec>;

export type DownloadKey = keyof typeof DOWNLOAD_SETTINGS;

export const downloadKeys = Object.keys(DOWNLOAD_SETTINGS) as readonly DownloadKey[];
