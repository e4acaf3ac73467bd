import { FailedError, UsageError } from '../../base/errors.js';
import { s3Place, wordsOf } from '../../blobs/s3/place.js';
import { S3Requests } from '../../blobs/s3/requests.js';
import { tryPlace } from '../../blobs/s3/try-place.js';
import { LEAST_BUDGET_BYTES } from '../../download/bucket.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';

const MB = 1_000_000;

/**
 * Tries whether files can be read in the bucket of --output and, with `writes`, written there. Returns its name for people.
 * @throws UsageError BAD_S3_ADDRESS, MISSING_SETTING, BUDGET_TOO_SMALL, OUTPUT_UNWRITABLE; FailedError S3_FAILED when no
 *   answer came
 */
export async function requireBucket(
  { clock, signal }: Pick<CommandContext, 'clock' | 'signal'>,
  { download: { output }, s3, bufferBytes }: Pick<Settings, 'download' | 's3' | 'bufferBytes'>,
  writes: boolean,
): Promise<string> {
  const place = s3Place(output, s3, '--output');
  if (bufferBytes < LEAST_BUDGET_BYTES) throw tooSmall(bufferBytes);
  const requests = new S3Requests({ ...place, prefix: '' }, { clock });
  try {
    await tryPlace(requests, { prefix: place.prefix, writes }, signal);
  } catch (error) {
    if (!(error instanceof FailedError) || error.code === 'S3_FAILED') throw error;
    throw new UsageError('OUTPUT_UNWRITABLE', error.message, { cause: error, fields: { output } });
  } finally {
    requests.close();
  }
  return wordsOf(place);
}

function tooSmall(bufferBytes: number): UsageError {
  const least = Math.ceil(LEAST_BUDGET_BYTES / MB);
  return new UsageError(
    'BUDGET_TOO_SMALL',
    `BUFFER_MB is ${Math.floor(bufferBytes / MB)}, and a file on its way to S3 needs ${least} MB: set it to ${least} or more.`,
    { fields: { bufferBytes, least: LEAST_BUDGET_BYTES } },
  );
}
