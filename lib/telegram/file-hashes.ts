import { Api } from 'telegram/tl/index.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { RangeHash } from '../base/file-parts.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { FileReference } from './file-reference.js';
import { toLong } from './long.js';

export interface HashedFile {
  readonly reference: FileReference;
  /** Where the file is; FILE_MIGRATE_X is followed. */
  readonly dcId: number;
  readonly faults?: FaultOptions;
}

const MOST_MIGRATIONS = 5;

/**
 * What the server says that a file's bytes are, from the range that holds `offset` on: upload.getFileHashes answers
 * some ranges (Telegram: eight of 128 KiB), and none beyond the file's end or when it has none.
 */
export async function fileHashes(
  client: Caller,
  file: HashedFile,
  offset: number,
  signal: AbortSignal,
): Promise<readonly RangeHash[]> {
  const { reference, faults } = file;
  let { dcId } = file;
  for (let migrations = 0; ; ) {
    const { generation, location } = reference;
    const request = new Api.upload.GetFileHashes({ location, offset: toLong(offset) });
    try {
      const answer = await client.call(request, { signal, dcId, faults });
      reference.worked();
      return answer.map((one) => ({
        offset: Number(one.offset),
        length: one.limit,
        sha256: one.hash,
      }));
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      const newDc = /^FILE_MIGRATE_(\d+)$/.exec(error.errorMessage)?.[1];
      if (newDc !== undefined && migrations < MOST_MIGRATIONS) {
        migrations += 1;
        dcId = Number(newDc);
      } else if (error.errorMessage.startsWith('FILE_REFERENCE_')) {
        await reference.renewed(generation, error, signal);
      } else throw error;
    }
  }
}
