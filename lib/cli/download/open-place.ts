import { join } from 'node:path';
import { isS3Address, s3Place } from '../../blobs/s3/place.js';
import { bucketPlace } from '../../download/bucket-place.js';
import { diskPlace } from '../../download/disk-place.js';
import type { FilePlace } from '../../download/place.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { givenPath } from '../given-path.js';
import { UPLOAD_NOTES } from '../own-files.js';
import { requireBucket } from './bucket.js';
import { requireFolder } from './folder.js';

export interface OpenPlace {
  readonly place: FilePlace;
  /** The folder on this machine's disk, if that is the place. */
  readonly folder: string | undefined;
}

/**
 * Whether the place that --output names can be used; `writes`: also for new files. Makes nothing.
 * @throws UsageError OUTPUT_UNWRITABLE; for a bucket as requireBucket
 */
export async function requirePlace(
  context: CommandContext,
  settings: Settings,
  writes: boolean,
): Promise<void> {
  const { output } = settings.download;
  if (isS3Address(output)) await requireBucket(context, settings, writes);
  else if (writes) await requireFolder(givenPath(context, output));
}

/** Opens it. Whoever opens it closes it. Throws UsageError BAD_S3_ADDRESS and MISSING_SETTING for a bucket. */
export function openPlace(
  context: CommandContext,
  { download: { output }, s3, dataDir }: Settings,
): OpenPlace {
  const { clock, log } = context;
  if (isS3Address(output)) {
    const place = s3Place(output, s3, '--output');
    const notes = join(dataDir, UPLOAD_NOTES);
    return { place: bucketPlace({ place, notes, clock, log }), folder: undefined };
  }
  const folder = givenPath(context, output);
  return { place: diskPlace(folder), folder };
}
