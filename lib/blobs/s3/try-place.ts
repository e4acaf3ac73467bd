import { S3Multipart } from './multipart.js';
import type { S3Requests } from './requests.js';

/** No object has this name. The upload that is begun under it is ended before it has any content. */
const TRIAL = '.telepi';

/**
 * Tries whether a bucket can be used, and leaves nothing there: lists what is below `prefix`, asks for an object there and, with
 * `writes`, begins an upload and ends it.
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
  const name = `${below}${TRIAL}`;
  await requests.find(name, signal);
  if (!writes) return;
  const upload = await S3Multipart.begin(requests, { name }, signal);
  await upload.abort();
}
