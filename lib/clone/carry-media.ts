import type { Api } from 'telegram';
import { PART_SIZE, partCount } from '../base/bytes.js';
import { FailedError } from '../base/errors.js';
import { type FileOfMessage, fileOf, partSource, thumbnailOf, thumbnailSource } from '../telegram/media.js';
import { inputFile } from '../telegram/upload.js';
import { repairParts, type TransferOptions, transferFile, type UploadedFile } from '../transfer/transfer.js';
import type { MediaContent } from './classify.js';
import { inputMedia } from './input-media.js';
import { noteReduction, type Run } from './job.js';
import { verdictOf } from './verdicts.js';

/** Media whose files have been carried over and that can be sent, as long as the server keeps the parts. */
export interface CarriedMedia {
  readonly media: Api.TypeInputMedia;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Carries a part again that the server has let go of (FILE_PART_X_MISSING). */
  repair(part: number): Promise<void>;
}

interface Carried {
  readonly uploaded: UploadedFile;
  readonly options: TransferOptions;
}

/** Carries a message's file over, part by part, and its thumbnail in the same way. */
export async function carryMedia(
  run: Run,
  message: Api.Message,
  content: MediaContent,
): Promise<CarriedMedia> {
  const file = fileOf(message);
  if (!file) throw new FailedError('MESSAGE_GONE', `Message ${message.id} has no file any more.`);
  refuseTooLarge(run, message, file);
  const thumb = await carryThumbnail(run, message);
  const main = await carryFile(run, message, file);
  return {
    media: inputMedia(content, inputFile(main.uploaded), thumb && inputFile(thumb.uploaded)),
    bytes: file.size,
    async repair(part) {
      // The error doesn't say of which file the part is missing.
      const touched = [main, ...(thumb ? [thumb] : [])].filter(({ uploaded }) => part < uploaded.parts);
      for (const { options } of touched) await repairParts(options, [part]);
    },
  };
}

async function carryFile(run: Run, message: Api.Message, file: FileOfMessage): Promise<Carried> {
  const sourceId = message.id;
  const options: TransferOptions = {
    ...transferDefaults(run),
    name: file.name,
    size: file.size,
    source: partSource(run.client, run.source, message),
    onProgress: (progress) => run.observer.onTransfer({ ...progress, sourceId }),
  };
  let done = false;
  try {
    const uploaded = await transferFile(options);
    done = true;
    return { uploaded, options };
  } finally {
    run.observer.onTransferEnd({ sourceId, name: file.name, size: file.size, done });
  }
}

/** A thumbnail that can't be had is left to Telegram, which makes its own. */
async function carryThumbnail(run: Run, message: Api.Message): Promise<Carried | undefined> {
  const thumb = thumbnailOf(message);
  if (!thumb) return undefined;
  const source = thumbnailSource(run.client, run.source, message);
  const options: TransferOptions = { ...transferDefaults(run), name: thumb.name, size: thumb.size, source };
  try {
    return { uploaded: await transferFile(options), options };
  } catch (error) {
    if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    noteReduction(run, message.id, 'thumbnail');
    return undefined;
  }
}

function transferDefaults({
  uploader,
  budget,
  slots,
  clock,
  random,
  signal,
}: Run): Pick<TransferOptions, 'fileId' | 'uploader' | 'budget' | 'slots' | 'clock' | 'signal'> {
  return { fileId: random.bytes(8).readBigInt64LE(), uploader, budget, slots, clock, signal };
}

/** What the account may not upload needn't be downloaded. */
function refuseTooLarge({ limits }: Run, message: Api.Message, { name, size }: FileOfMessage): void {
  if (partCount(size) <= limits.maxFileParts) return;
  const mebibytes = Math.floor((limits.maxFileParts * PART_SIZE) / 2 ** 20);
  throw new FailedError(
    'FILE_TOO_LARGE',
    `${name} of message ${message.id} is larger than the ${mebibytes} MiB that this account may upload.`,
    { fields: { messageId: message.id, size } },
  );
}
