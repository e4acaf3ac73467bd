import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { shellWord } from '../base/shell.js';
import { isSystemDirectory } from '../base/system-directory.js';

const GROUP_AND_OTHERS = 0o077;
const OTHERS = 0o007;
const STICKY = 0o1000;
/** Job folders: `-100123_to_-100456`. */
const JOB_FOLDER = /^-?\d+_to_-?\d+/;
const OWN_NAMES = /^(?:session|ledger\.db(?:-wal|-shm)?)$/;

/**
 * What other users of this machine may read of a data directory and of `secretFile`, a settings file with secrets: a
 * sentence for each way to close it, none when all is private. Nothing is changed, since what was there before TelePi
 * may be somebody else's too.
 */
export async function openToOthers(dataDir: string, secretFile: string | undefined): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const directory = await look(dataDir);
  const shared = directory !== undefined && (await isShared(directory));
  const inside = directory && isOpen(directory) ? await openInside(dataDir) : [];
  const file = secretFile === undefined ? undefined : await look(secretFile);
  const closable = [
    ...(directory && !shared && isOpen(directory) ? [directory] : []),
    ...inside,
    ...(file && isOpen(file) ? [file] : []),
  ];
  return [
    ...(shared ? [`${dataDir} is shared with other users: set DATA_DIR to a directory of your own.`] : []),
    ...closeWords(closable),
  ];
}

interface Looked {
  readonly path: string;
  readonly found: Stats;
}

async function look(path: string): Promise<Looked | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { path, found };
}

/** A group that its owner gave a file of somebody else's may well be meant to read it. */
function isOpen({ found }: Looked): boolean {
  return (found.mode & (isOurs(found) ? GROUP_AND_OTHERS : OTHERS)) !== 0;
}

function isOurs({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own === 0 || uid === own;
}

/** Others work in it as well: closing it would lock them out. */
async function isShared({ path, found }: Looked): Promise<boolean> {
  if (!isOpen({ path, found })) return false;
  return (found.mode & STICKY) !== 0 || !isOurs(found) || isSystemDirectory(await realpath(path));
}

async function openInside(dataDir: string): Promise<Looked[]> {
  const names = (await readdir(dataDir)).filter((name) => OWN_NAMES.test(name) || JOB_FOLDER.test(name));
  const looked = await Promise.all(names.sort().map((name) => look(join(dataDir, name))));
  return looked.filter((each) => each !== undefined).filter(isOpen);
}

function closeWords(open: readonly Looked[]): string[] {
  const own = open.filter(({ found }) => isOurs(found)).map(({ path }) => path);
  const foreign = open.filter(({ found }) => !isOurs(found)).map(({ path }) => path);
  return [
    ...(own.length > 0
      ? [
          `${listed(own)} open to other users of this machine: run \`chmod go-rwx ${own.map(shellWord).join(' ')}\`.`,
        ]
      : []),
    ...(foreign.length > 0
      ? [
          `${listed(foreign)} open to other users of this machine, and not yours to change: use a copy of your own.`,
        ]
      : []),
  ];
}

function listed(paths: readonly string[]): string {
  const last = paths.at(-1) ?? '';
  return paths.length === 1 ? `${last} is` : `${paths.slice(0, -1).join(', ')} and ${last} are`;
}
