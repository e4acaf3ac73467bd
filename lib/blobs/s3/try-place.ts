import { S3Multipart } from './multipart.js';
import type { S3Requests } from './requests.js';

/** The upload that is begun under this name is ended before it has any content. */
const TRIAL = '.telepi';

/**
 * Tries whether a bucket can be used, and leaves nothing there: lists what is below `prefix` and, with `writes`, begins an
 * upload there and ends it.
 * @param requests of the whole bucket
 * @throws FailedError BLOB_NOT_READ, BLOB_NOT_WRITTEN; S3_FAILED when the network or the server failed each time.
 */
export async function tryPlace(
  requests: S3Requests,
  { prefix, writes }: { readonly prefix: string; readonly writes: boolean },
  signal: AbortSignal,
): Promise<void> {
  const below = prefix === '' ? '' : `${prefix}/`;
  const query = { 'list-type': '2', 'max-keys': '1', ...(below !== '' && { prefix: below }) };
  await requests.text({ method: 'GET', name: '', query }, signal);
  if (!writes) return;
  const upload = await S3Multipart.begin(requests, { name: `${below}${TRIAL}` }, signal);
  await upload.abort();
}
