import { createHash, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import stringify from 'fast-json-stable-stringify';
import type { Clock } from '../base/clock.js';
import { FailedError, UsageError } from '../base/errors.js';
import { processBirth } from './process-birth.js';
import { codeOf, writeMend } from './state-file.js';

export interface Lock {
  /** Gives the lock back. A second call, or a lock that somebody took away, is no error. */
  release(): Promise<void>;
}

/** Who holds a lock: enough to tell a running holder from one that died, over a restart of the machine too. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  readonly birth: string;
  /** ISO 8601, for people. */
  readonly since: string;
}

const ATTEMPTS = 100;
const RETRY_MS = 10;

/**
 * Takes the lock file at `path`, or refuses with who holds it. The lock dies with its process: a holder on this
 * host that no longer runs (killed, or ended by a reboot) is taken over. A holder on another host can't be
 * examined from here and is refused.
 */
export async function acquireLock(path: string, clock: Clock): Promise<Lock> {
  const own: LockHolder = {
    host: hostname(),
    pid: process.pid,
    birth: (await processBirth(process.pid)) ?? 'unknown',
    since: new Date(clock.now()).toISOString(),
  };
  const text = `${stringify({ ...own, key: randomUUID() })}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await create(path, text)) return { release: () => release(path, text) };
    const found = await read(path);
    const holder = found === undefined ? undefined : parseHolder(found);
    if (holder && (await isRunning(holder))) throw heldBy(path, holder);
    if (found !== undefined) await takeAway(path, found, text);
    if (attempt > 0) await clock.sleep(RETRY_MS);
  }
  throw new FailedError('LOCK_FAILED', `Can't take ${path}: other runs start at the same time; run again.`);
}

/** Creates the file with its content in one step, or answers false when it exists. */
async function create(path: string, text: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'ENOSYS' || code === 'EPERM') {
      return createWithoutLink(path, text);
    }
    throw new UsageError('LOCK_FAILED', `Can't write ${path}: ${writeMend(error)}`, { cause: error });
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/** For file systems without hard links (exFAT, some network shares). */
async function createWithoutLink(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new UsageError('LOCK_FAILED', `Can't write ${path}: ${writeMend(error)}`, { cause: error });
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UsageError('LOCK_FAILED', `Can't read ${path}: make it readable or delete it.`, {
      cause: error,
    });
  }
}

/** Undefined for a text that no holder wrote whole: its writer was killed, or the disk was full. */
function parseHolder(text: string): LockHolder | undefined {
  try {
    const { host, pid, birth, since } = JSON.parse(text) as Partial<LockHolder>;
    if (typeof host !== 'string' || typeof pid !== 'number' || typeof birth !== 'string') return undefined;
    return { host, pid, birth, since: typeof since === 'string' ? since : '' };
  } catch {
    return undefined;
  }
}

async function isRunning(holder: LockHolder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  const birth = await processBirth(holder.pid);
  if (birth === undefined) return false;
  return birth === holder.birth || birth === 'unknown' || holder.birth === 'unknown';
}

/**
 * Removes a dead holder's file. Several runs may find it at once, and one that is slow must not remove the lock
 * that a faster one has taken since. So only who holds the claim on this very content removes it, after a second
 * look; a claim whose holder died is taken away in the same way.
 */
async function takeAway(path: string, dead: string, own: string): Promise<void> {
  const claim = `${path}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  if (!(await create(claim, own))) {
    const found = await read(claim);
    const holder = found === undefined ? undefined : parseHolder(found);
    if (found !== undefined && !(holder && (await isRunning(holder)))) await takeAway(claim, found, own);
    return;
  }
  try {
    if ((await read(path)) === dead) await rm(path, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

async function release(path: string, text: string): Promise<void> {
  if ((await read(path)) === text) await rm(path, { force: true });
}

function heldBy(path: string, holder: LockHolder): UsageError {
  const elsewhere = holder.host !== hostname();
  const mend = elsewhere
    ? `if no TelePi runs on ${holder.host} any more, delete ${path}`
    : 'wait until it ends or stop it';
  return new UsageError(
    'JOB_RUNNING',
    `This job runs already: process ${holder.pid} on ${holder.host} since ${holder.since}; ${mend}.`,
    { fields: { host: holder.host, pid: holder.pid, since: holder.since } },
  );
}
