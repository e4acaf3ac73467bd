import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { requireBucket } from '../download/bucket.js';
import type { Outcome } from './finding.js';

/** Tries the bucket of a download's --output as a download does. Throws the errors of one. */
export async function bucketInUse(context: CommandContext, settings: Settings): Promise<Outcome> {
  return `${await requireBucket(context, settings, true)} can be read and written`;
}
