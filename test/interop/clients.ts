import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/paths.js';

/** A Telegram client that others wrote, and how it is run: facts on standard input, a line of JSON for each step. */
export interface OtherClient {
  readonly name: string;
  readonly layer: number;
  readonly command: readonly string[];
  /** A file that install.mjs makes, without which the client can't run. */
  readonly needs: string;
  /** Steps that it takes in addition to everybody's, or in place of them. */
  readonly own?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly takesOnlyItsOwn?: boolean;
}

const installed = join(repositoryRoot, '.interop');
const here = (path: string): string => join(repositoryRoot, 'test/interop', path);
const python = join(installed, 'python/bin/python');
const modules = join(installed, 'node/node_modules');

/** The scripts are linked to next to the modules that they import. */
const AS_LINKED = ['--preserve-symlinks', '--preserve-symlinks-main'] as const;

/** A program of Telethon's that compares copies with their originals. */
export const COMPARER = { command: [python, here('python/telethon_compare.py')], needs: python };

/** A program of Telethon's that compares exports with the chats themselves. */
export const EXPORT_COMPARER = { command: [python, here('python/telethon_export.py')], needs: python };

/** A validator, and readers of feeds and of Telegram Desktop's exports, in Python. */
export const EXPORT_READERS = {
  command: [python, here('python/read_exports.py')],
  needs: join(installed, 'python/bin/jsonschema'),
};

/** A reader of Telegram Desktop's exports for Node. */
export const CHAT_PARSER = {
  command: [process.execPath, ...AS_LINKED, join(installed, 'node/chat_parser.mjs')],
  needs: join(modules, 'telegram-chat-parser'),
};

export const OTHER_CLIENTS: readonly OtherClient[] = [
  {
    name: 'Telethon 1.45.0',
    layer: 229,
    command: [python, here('python/telethon_client.py')],
    needs: python,
    own: { transports: { names: ['full', 'abridged', 'intermediate', 'obfuscated'] } },
  },
  {
    name: 'Kurigram 2.2.26',
    layer: 229,
    command: [python, here('python/kurigram_client.py')],
    needs: python,
  },
  {
    name: 'gotd/td 0.162.0',
    layer: 229,
    command: [join(installed, 'gotd')],
    needs: join(installed, 'gotd'),
  },
  {
    name: 'mtcute 0.30.3',
    layer: 227,
    command: [process.execPath, ...AS_LINKED, join(installed, 'node/mtcute_client.mjs')],
    needs: join(modules, '@mtcute/node'),
  },
  {
    name: 'GramJS 2.26.22',
    layer: 198,
    command: [process.execPath, ...AS_LINKED, join(installed, 'node/gramjs_client.mjs')],
    needs: join(modules, 'gramjs'),
    takesOnlyItsOwn: true,
    own: {
      'loopback only': { refused: true },
      'an old layer is refused': { code: 400, words: 'CONNECTION_LAYER_INVALID' },
    },
  },
];

export function isInstalled({ needs }: Pick<OtherClient, 'needs'>): boolean {
  return existsSync(needs);
}
