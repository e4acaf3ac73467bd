import { Api } from 'telegram/tl/index.js';
import type { PartUploader, UploadedFile, UploadPart } from '../base/file-parts.js';
import type { PartLines } from '../mtproto/parts/lines.js';
import type { Patience } from '../pace/patience.js';
import { toLong } from './long.js';

/**
 * Uploads parts to the home DC over at most `connections` connections (1 to 16), which the client's uploads share.
 * They are opened as parts wait for one. It waits out lost connections, server faults and FLOOD_PREMIUM_WAIT_X:
 * a part that is sent twice counts once.
 */
export function partUploader(
  client: { readonly parts: PartLines; readonly patience: Patience },
  { connections }: { readonly connections: number },
): PartUploader {
  client.parts.allow('upload', connections);
  return {
    async savePart(part, signal, faults) {
      const method = savingMethod(part);
      await client.patience.run(method, (attempt) => client.parts.savePart(part, attempt), signal, faults);
    },
  };
}

/** The name of the method that saves a part. */
export function savingMethod({ big }: Pick<UploadPart, 'big'>): string {
  return big ? 'upload.saveBigFilePart' : 'upload.saveFilePart';
}

/** How messages.sendMedia and uploadMedia refer to an uploaded file. */
export function inputFile({ fileId, parts, name, big, md5 }: UploadedFile): Api.InputFile | Api.InputFileBig {
  const id = toLong(fileId);
  return big
    ? new Api.InputFileBig({ id, parts, name })
    : new Api.InputFile({ id, parts, name, md5Checksum: md5 ?? '' });
}
