import { FailedError } from '../../base/errors.js';
import { s3Keys } from '../../settings/s3-table.js';
import type { SettingKey } from '../../settings/table.js';
import { CONNECTION } from '../connection-settings.js';

/** Set for the process in which a worker does a job: the job's id. */
export const QUEUED_JOB = 'TELEPI_QUEUED_JOB';

/**
 * Settings of a machine rather than of a job: a worker's own count, unless the flags of who queued the job say otherwise. Of the
 * connection and the database, and of keys, only a worker's own ever count.
 */
export const MACHINE_KEYS: readonly SettingKey[] = [
  'minInterval',
  'parallelUploads',
  'bufferMb',
  'output',
  'parallelDownloads',
];

/** Settings that a worker's jobs use, and it doesn't itself. */
export const JOBS_OWN_KEYS: readonly SettingKey[] = [...MACHINE_KEYS, ...s3Keys];

/** Never a part of a job. */
const OWN_KEYS: readonly SettingKey[] = [...CONNECTION, 'database', ...s3Keys];

/** The settings of a command that belong to a job: what a worker's environment and files say of them doesn't count. */
export function jobKeys(uses: readonly SettingKey[]): readonly SettingKey[] {
  return uses.filter((key) => !OWN_KEYS.includes(key) && !MACHINE_KEYS.includes(key));
}

/** How long a job has to end when its worker has died, in milliseconds. */
const GRACE_MS = 20_000;

/**
 * Ends this process when the worker that started it has died, however that came: first as a signal does, and then at once.
 * Its job is another worker's by then, or soon.
 * @throws FailedError WORKER_GONE when it has died already
 */
export function endWithWorker(): void {
  // Its death may have been seen before anybody listened.
  if (!process.connected) {
    throw new FailedError(
      'WORKER_GONE',
      `No worker is connected to this process, which ${QUEUED_JOB} calls a job of one: unset that variable to run the command by hand.`,
    );
  }
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Only what is asked of it keeps it alive.
  process.channel?.unref();
}
