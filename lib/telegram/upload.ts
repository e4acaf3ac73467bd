import { Api } from 'telegram';
import { uploadDcId } from 'telegram/network/core_types.js';
import { FailedError, UsageError } from '../base/errors.js';
import type { TelepiClient } from './client.js';
import { toLong } from './long.js';

/** One part on its way up, as the transfer room hands it over. */
export interface UploadPart {
  readonly fileId: bigint;
  readonly index: number;
  /** How many parts the file has. */
  readonly total: number;
  readonly bytes: Buffer;
  /** upload.saveBigFilePart rather than upload.saveFilePart. */
  readonly big: boolean;
  /** Which of the transfer's slots sends it, from 0. */
  readonly slot: number;
}

/** Takes a file's parts: the transfer room's PartUploader. */
export interface PartUploader {
  savePart(part: UploadPart, signal: AbortSignal): Promise<void>;
}

export interface UploadedFile {
  readonly fileId: bigint;
  readonly parts: number;
  readonly name: string;
  readonly big: boolean;
  readonly md5?: string;
}

/** The library has ids of 16 upload connections for each DC. */
const MOST_CONNECTIONS = 16;

/**
 * Uploads parts to the home DC, slot i over connection i modulo `connections` (1 to 16). Drops, server faults and
 * FLOOD_PREMIUM_WAIT_X are waited out: a part that is sent twice counts once.
 */
export function partUploader(
  client: TelepiClient,
  { connections }: { readonly connections: number },
): PartUploader {
  if (!Number.isInteger(connections) || connections < 1 || connections > MOST_CONNECTIONS) {
    throw new UsageError(
      'CONNECTIONS',
      `Uploads use 1 to ${MOST_CONNECTIONS} connections, not ${connections}.`,
    );
  }
  return {
    async savePart(part, signal) {
      const dcId = uploadDcId(client.homeDcId, part.slot % connections);
      const saved = await client.call(saveRequest(part), { signal, dcId });
      if (saved === true) return;
      throw new FailedError('PART_REFUSED', `Telegram did not take part ${part.index} of a file: run again.`);
    },
  };
}

/** What messages.sendMedia and uploadMedia name an uploaded file by. */
export function inputFile({ fileId, parts, name, big, md5 }: UploadedFile): Api.InputFile | Api.InputFileBig {
  const id = toLong(fileId);
  return big
    ? new Api.InputFileBig({ id, parts, name })
    : new Api.InputFile({ id, parts, name, md5Checksum: md5 ?? '' });
}

function saveRequest({
  fileId,
  index,
  total,
  bytes,
  big,
}: UploadPart): Api.upload.SaveFilePart | Api.upload.SaveBigFilePart {
  const id = toLong(fileId);
  return big
    ? new Api.upload.SaveBigFilePart({ fileId: id, filePart: index, fileTotalParts: total, bytes })
    : new Api.upload.SaveFilePart({ fileId: id, filePart: index, bytes });
}
