import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { shellWord } from '../base/shell.js';
import { isOfPackages, isSystemDirectory } from '../base/system-directory.js';
import { type Contents, contentsOf } from './own-files.js';

const GROUP_AND_OTHERS = 0o077;
const OTHERS = 0o007;
const WRITE_OF_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * What other users of this machine may read of a data directory and of `secretFile`, a settings file with secrets, and others like it (`more`): one
 * sentence for each way to close it, none when everything is private. Changes nothing, because files that were there
 * before TelePi may belong to others too: it proposes no command for anything that isn't TelePi's alone.
 */
export async function openToOthers(
  dataDir: string,
  secretFile: string | undefined,
  ...more: readonly (string | undefined)[]
): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const directory = await look(dataDir);
  const files = [secretFile, ...more].filter((path) => path !== undefined);
  const found = await Promise.all(files.map(look));
  const settings = found.filter((file) => file !== undefined).filter(isOpen);
  if (!directory?.found.isDirectory() || !isOpen(directory)) return closeWords(settings);
  const contents = await contentsOf(dataDir, secretFile);
  const reason = await whyLeft(directory, contents);
  const inside = await Promise.all(contents.own.map((name) => look(join(dataDir, name))));
  const open = inside.filter((each) => each !== undefined).filter(isOpen);
  return [
    ...(reason === undefined ? [] : [`${dataDir} ${reason}: ${elsewhere(contents.own)}.`]),
    ...(await closeWords([...(reason === undefined ? [directory] : []), ...open, ...settings])),
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

/** If an owner gave a file to somebody else's group, that group may well be meant to read it. */
function isOpen({ found }: Looked): boolean {
  return (found.mode & (isOurs(found) ? GROUP_AND_OTHERS : OTHERS)) !== 0;
}

function isOurs({ uid }: Stats): boolean {
  const own = process.geteuid?.();
  return own === 0 || uid === own;
}

/** Why an open directory should be left as it is: others who work in it would be locked out. */
async function whyLeft({ path, found }: Looked, { own, others }: Contents): Promise<string | undefined> {
  if ((found.mode & STICKY) !== 0 || !isOurs(found)) return 'is shared with other users';
  const real = await realpath(path);
  if ([real, resolve(path)].some(isSystemDirectory)) return 'is a directory of the system';
  if (others) return "is open to other users and holds files that are not TelePi's";
  const unused = own.length === 0 && (isOfPackages(real) || found.uid !== process.geteuid?.());
  return unused ? 'is open to other users and may be meant for them' : undefined;
}

/** Without TelePi's files there, a run in another directory would clone everything again. */
function elsewhere(own: readonly string[]): string {
  const fix = 'set DATA_DIR to a directory of your own';
  return own.length === 0 ? fix : `${fix}, and move ${joined(own)} there first, while no telepi runs`;
}

async function closeWords(open: readonly Looked[]): Promise<string[]> {
  const own = open.filter(({ found }) => isOurs(found)).map(({ path }) => path);
  const foreign = open.filter(({ found }) => !isOurs(found)).map(({ path }) => path);
  const safe = await Promise.all(own.map(isSafeToClose));
  const closable = own.filter((_, index) => safe[index]);
  const risky = own.filter((_, index) => !safe[index]);
  const sentence = (paths: readonly string[], rest: string): string[] =>
    paths.length === 0
      ? []
      : [`${joined(paths)} ${paths.length === 1 ? 'is' : 'are'} open to other users of this machine${rest}.`];
  return [
    ...sentence(closable, `: run \`chmod go-rwx ${closable.map(shellWord).join(' ')}\``),
    ...sentence(
      risky,
      `, and not for root to close: run telepi as the owner, or keep ${risky.length === 1 ? 'it' : 'them'} where only root writes`,
    ),
    ...sentence(foreign, ', and not yours to close: use a copy of your own'),
  ];
}

/**
 * Whether nobody but root could put a link in the way of root's chmod; for another user's chmod, an attacker gains
 * nothing.
 */
async function isSafeToClose(path: string): Promise<boolean> {
  if (process.geteuid?.() !== 0) return true;
  for (const name of [resolve(path), await realpath(path)]) {
    if ((await stat(name)).uid !== 0) return false;
    for (let above = dirname(name); ; above = dirname(above)) {
      const { uid, mode } = await stat(above);
      if (uid !== 0 || ((mode & WRITE_OF_OTHERS) !== 0 && (mode & STICKY) === 0)) return false;
      if (above === dirname(above)) break;
    }
  }
  return true;
}

function joined(paths: readonly string[]): string {
  const last = paths.at(-1) ?? '';
  return paths.length === 1 ? last : `${paths.slice(0, -1).join(', ')} and ${last}`;
}
