import { Api } from 'telegram/tl/index.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { RangeHash } from '../base/file-parts.js';
import type { Caller } from './caller.js';
import type { FileReference } from './file-reference.js';
import { followFile } from './follow-file.js';
import { toLong } from './long.js';

export interface HashedFile {
  readonly reference: FileReference;
  /** The file's DC; FILE_MIGRATE_X is followed. */
  readonly dcId: number;
  readonly faults?: FaultOptions;
}

/**
 * The server's hashes of a file's bytes, from the range that holds `offset` on: upload.getFileHashes returns some
 * ranges (Telegram: eight of 128 KiB), and none beyond the file's end or when it has none.
 */
export async function fileHashes(
  client: Caller,
  file: HashedFile,
  offset: number,
  signal: AbortSignal,
): Promise<readonly RangeHash[]> {
  const { reference, faults } = file;
  const whereabouts = { reference, dcId: file.dcId };
  const ask = () => {
    const { location } = reference;
    const request = new Api.upload.GetFileHashes({ location, offset: toLong(offset) });
    return client.call(request, { signal, dcId: whereabouts.dcId, faults });
  };
  const answer = await followFile(whereabouts, ask, signal);
  return answer.map((one) => ({ offset: Number(one.offset), length: one.limit, sha256: one.hash }));
}
