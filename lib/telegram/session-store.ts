import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.js';
import { messageOf, UsageError } from '../base/errors.js';

/** Where the session string is kept. It is a secret: who has it is signed in. */
export interface SessionStore {
  /** For errors: a path, or the name of a setting. */
  readonly name: string;
  load(): Promise<string | undefined>;
  save(session: string): Promise<void>;
  remove(): Promise<void>;
}

/** `<dataDir>/session`, mode 600 in a directory of mode 700, replaced atomically. */
export function fileSessionStore(dataDir: string): SessionStore {
  const path = join(dataDir, 'session');
  return {
    name: path,
    async load() {
      try {
        const text = (await readFile(path, 'utf8')).trim();
        return text === '' ? undefined : text;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw await unusable(path, 'read', error);
      }
    },
    async save(session) {
      await prepareDataDir(dataDir);
      await writeFileAtomic(path, `${session}\n`, { mode: 0o600 });
    },
    remove: () => rm(path, { force: true }),
  };
}

/** TG_SESSION: given, used, and never written back; what changes lives as long as the process. */
export function stringSessionStore(session: string): SessionStore {
  let held: string | undefined = session;
  return {
    name: 'TG_SESSION',
    load: async () => held,
    save: async (changed) => {
      held = changed;
    },
    remove: async () => {
      held = undefined;
    },
  };
}

/**
 * Makes the data directory (mode 700) and proves that a file can be written there. Throws UsageError naming the
 * path, its owner and the mend; call it before any connection.
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const { mode, uid } = await stat(dataDir);
    // A directory that belongs to somebody else keeps its mode: the session file's own 600 guards it.
    if ((mode & 0o777) !== 0o700 && uid === process.geteuid?.()) await chmod(dataDir, 0o700);
    const probe = join(dataDir, `.${randomUUID()}.tmp`);
    await writeFile(probe, 'x', { mode: 0o600, flag: 'wx' });
    await rm(probe);
  } catch (error) {
    throw await unusable(dataDir, 'write', error);
  }
}

async function unusable(path: string, verb: 'read' | 'write', cause: unknown): Promise<UsageError> {
  const { at, owner, directory } = await nearestExisting(resolve(path));
  const user = currentUser();
  const details = { cause, fields: { path, owner, user } };
  if (codeOf(cause) === 'ENOSPC') {
    return new UsageError('DISK_FULL', `The disk of ${path} is full: free some space there.`, details);
  }
  if (!directory && (codeOf(cause) === 'ENOTDIR' || codeOf(cause) === 'EEXIST')) {
    const mend = 'move the file away, or set DATA_DIR to another directory';
    return new UsageError('DATA_DIR', `Can't ${verb} ${path}: ${at} is a file; ${mend}.`, details);
  }
  if (codeOf(cause) !== 'EACCES' && codeOf(cause) !== 'EPERM') {
    const mend = 'set DATA_DIR to a directory that can be written';
    return new UsageError('DATA_DIR', `Can't ${verb} ${path} (${messageOf(cause)}): ${mend}.`, details);
  }
  const mend = `run \`sudo chown -R ${user.split(' ')[0]} ${at}\`, or run telepi as that owner`;
  return new UsageError(
    'DATA_DIR',
    `Can't ${verb} ${path}: ${at} belongs to ${owner} and telepi runs as ${user}; ${mend}.`,
    details,
  );
}

async function nearestExisting(path: string): Promise<{ at: string; owner: string; directory: boolean }> {
  try {
    const found = await stat(path);
    return { at: path, owner: await nameOf(found.uid, found.gid), directory: found.isDirectory() };
  } catch {
    const parent = dirname(path);
    if (parent === path) return { at: path, owner: 'unknown', directory: true };
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
