import { join } from 'node:path';
import { TelepiError } from '../base/errors.js';
import { isOlder } from '../base/source-ids.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint.js';
import { type JobSelection, jobFolderName } from './job-file.js';

/**
 * What the folder of a job says of its checkpoint, before the job is opened, which alone knows: undefined when it has
 * none. A file that can't be read is for `openJob` to report.
 */
export async function peekAtCheckpoint(dataDir: string, job: JobSelection): Promise<number | undefined> {
  try {
    const checkpoint = await readCheckpoint(join(dataDir, jobFolderName(job), CHECKPOINT_FILE));
    return checkpoint === undefined || isOlder(checkpoint) ? undefined : checkpoint;
  } catch (error) {
    if (error instanceof TelepiError) return undefined;
    throw error;
  }
}
