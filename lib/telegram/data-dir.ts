import { constants } from 'node:fs';
import { access, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { reasonOfSystem, UsageError } from '../base/errors.js';
import { oddKind } from '../base/odd-file.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import { shellWord } from '../base/shell.js';
import { isSystemDirectory, mayChangeHands } from '../base/system-directory.js';

/**
 * Creates the data directory (mode 700; an existing one keeps its mode) and proves that a file can be written there.
 * Throws UsageError that names the path, its owner and how to fix it; call it before any connection.
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await makePrivateDirectory(dataDir);
    await proveWritable(join(dataDir, PROBE));
  } catch (error) {
    throw await unusable(dataDir, 'write', error);
  }
}

/** One name for all, so that the probe of a process that was killed is removed by the next. */
const PROBE = '.probe.tmp';

async function proveWritable(probe: string): Promise<void> {
  await rm(probe, { force: true });
  try {
    await writeFile(probe, 'x', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process has just proved it.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  await rm(probe, { force: true });
}

/** The reason why `path`, the data directory or a file in it, can't be used: a UsageError that says what to do. */
export async function unusable(path: string, verb: 'read' | 'write', cause: unknown): Promise<UsageError> {
  const found = await nearestExisting(resolve(path));
  const { at, directory } = found;
  const owner = await nameOf(found.uid, found.gid);
  const user = currentUser();
  const details = { cause, fields: { path, owner, user } };
  if (codeOf(cause) === 'ENOSPC') {
    return new UsageError('DISK_FULL', `The disk of ${path} is full: free some space there.`, details);
  }
  if (!directory && (codeOf(cause) === 'ENOTDIR' || codeOf(cause) === 'EEXIST')) {
    // Its owner doesn't matter: it may be any file of the machine.
    const what = `${at} is ${oddKind(at) ?? 'a file'}`;
    return new UsageError(
      'DATA_DIR',
      `Can't ${verb} ${path}: ${what}; set DATA_DIR to another directory.`,
      details,
    );
  }
  if (codeOf(cause) !== 'EACCES' && codeOf(cause) !== 'EPERM') {
    const fix = 'set DATA_DIR to a directory that can be written';
    return new UsageError('DATA_DIR', `Can't ${verb} ${path}, ${reasonOfSystem(cause)}: ${fix}.`, details);
  }
  return new UsageError(
    'DATA_DIR',
    `Can't ${verb} ${path}: ${at} belongs to ${owner} and telepi runs as ${user}; ${await fixOf(resolve(path), found)}.`,
    details,
  );
}

const ELSEWHERE = 'set DATA_DIR to a directory of your own';

/**
 * How to fix a missing permission, as the end of a sentence. A command is proposed only if the worst it can do is to
 * change the owner of one directory, new or empty: never for directories that the system or other users' files depend
 * on, and never as root where somebody else could put a link in its way.
 */
async function fixOf(path: string, found: Found): Promise<string> {
  const { at, uid, directory } = found;
  const own = process.geteuid?.();
  const nearest = await realpath(at);
  const real = join(nearest, relative(at, path));
  if ([real, path].some(isSystemDirectory)) return `${path} is a directory of the system: ${ELSEWHERE}`;
  if (at === path && uid === own) {
    return `run \`chmod u+${directory ? 'rwx' : 'rw'} ${shellWord(path)}\`, or ${ELSEWHERE}`;
  }
  const asOwner = uid === 0 ? ELSEWHERE : `run telepi as that owner, or ${ELSEWHERE}`;
  if (own === 0) return ELSEWHERE;
  if (!directory || !mayChangeHands(real, nearest)) return asOwner;
  if (!(await canBeGiven(path, at)) || !(await canBeGiven(real, nearest))) return asOwner;
  return `run \`sudo install -d -o ${own} -m 700 ${shellWord(path)}\`, or ${ELSEWHERE}`;
}

/** Whether it is missing or empty, this user can reach it, and nobody but root controls the way to it. */
async function canBeGiven(path: string, at: string): Promise<boolean> {
  try {
    if (at === path && (await readdir(path)).length > 0) return false;
    for (let above = at === path ? dirname(at) : at; ; above = dirname(above)) {
      await access(above, constants.X_OK);
      const { uid, mode } = await stat(above);
      if (uid !== 0 || (mode & 0o022) !== 0) return false;
      if (above === dirname(above)) return true;
    }
  } catch {
    return false;
  }
}

interface Found {
  /** The path, or the nearest existing one above it. */
  readonly at: string;
  readonly uid: number;
  readonly gid: number;
  readonly directory: boolean;
}

async function nearestExisting(path: string): Promise<Found> {
  try {
    const found = await stat(path);
    return { at: path, uid: found.uid, gid: found.gid, directory: found.isDirectory() };
  } catch (error) {
    const parent = dirname(path);
    if (parent === path) throw error;
    return nearestExisting(parent);
  }
}

function currentUser(): string {
  const uid = process.geteuid?.() ?? -1;
  const gid = process.getegid?.() ?? -1;
  try {
    const info = userInfo();
    return info.uid === uid ? `${uid}:${gid} (${info.username})` : `${uid}:${gid}`;
  } catch {
    return `${uid}:${gid}`; // a container may run as a user without a name
  }
}

async function nameOf(uid: number, gid: number): Promise<string> {
  const lines = await readFile('/etc/passwd', 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const line = lines.map((entry) => entry.split(':')).find((fields) => fields[2] === String(uid));
  return line?.[0] === undefined ? `${uid}:${gid}` : `${uid}:${gid} (${line[0]})`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
