import type { Api } from 'telegram';
import { PART_SIZE, partCount } from '../base/bytes.js';
import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import type { FilePlan } from '../ledger/job.js';
import type { AccountLimits } from '../telegram/limits.js';
import { type FileOfMessage, fileOf, partSource, thumbnailOf, thumbnailSource } from '../telegram/media.js';
import { uploadMedia } from '../telegram/send.js';
import type { MediaContent } from './classify.js';
import { FileUpload, filePlan } from './file-upload.js';
import { inputMedia } from './input-media.js';
import type { Run } from './job.js';
import type { Reduction } from './losses.js';
import { withRepairs } from './repairs.js';
import type { GatePass } from './transfer-gate.js';
import { verdictOf } from './verdicts.js';

/** Media whose files have been carried over. */
export interface CarriedMedia {
  /** What a send names now: another after `repair` or `renew`. */
  input(): Api.TypeInputMedia;
  /** Bytes of the file. */
  readonly bytes: number;
  /** What is known to get lost of it. */
  readonly reductions: readonly Reduction[];
  /** Carries a part again that the server has let go of (FILE_PART_X_MISSING). */
  repair(part: number): Promise<void>;
  /** Makes it anew when Telegram's reference to it has run out; false where there is none. */
  renew(): Promise<boolean>;
}

/** Carries a message's file over, part by part, and its thumbnail in the same way. */
export async function carryMedia(
  run: Run,
  message: Api.Message,
  content: MediaContent,
): Promise<CarriedMedia> {
  const file = fileOf(message);
  if (!file) throw new FailedError('MESSAGE_GONE', `Message ${shownId(message.id)} has no file any more.`);
  refuseTooLarge(run, message, file);
  const { thumb, main } = await carryFiles(run, message, file);
  const repairs = new Map<number, number>();
  return {
    input: () => inputMedia(content, main.inputFile, thumb.upload?.inputFile),
    bytes: file.size,
    reductions: thumb.lost ? ['thumbnail'] : [],
    async repair(part) {
      // The refusal doesn't say of which file the part is missing: they take turns.
      const uploads = [main, ...(thumb.upload ? [thumb.upload] : [])].filter(({ parts }) => part < parts);
      const times = repairs.get(part) ?? 0;
      repairs.set(part, times + 1);
      await uploads[times % uploads.length]?.repair(part);
    },
    renew: async () => false,
  };
}

/**
 * Carries an album's file over, and makes it the server's at once (messages.uploadMedia), after those in front of it:
 * its parts needn't last until the album's other files are there, and what Telegram refuses of it concerns it alone.
 */
export async function carryAlbumMedia(
  run: Run,
  message: Api.Message,
  content: MediaContent,
  before: Promise<unknown>,
): Promise<CarriedMedia> {
  const { client, target, signal } = run;
  const carried = await carryMedia(run, message, content);
  await before;
  const make = (): Promise<Api.TypeInputMedia> =>
    withRepairs(run, () => uploadMedia(client, target, carried.input(), signal), carried.repair);
  let made = await make();
  return {
    input: () => made,
    bytes: carried.bytes,
    reductions: carried.reductions,
    repair: async () => {},
    async renew() {
      made = await make();
      return true;
    },
  };
}

/** How the uploads of a message's file and thumbnail are planned, of those that this account may upload. */
export function plannedFiles({ random, limits }: Run, message: Api.Message): FilePlan[] {
  const named = [
    ['file', fileOf(message)],
    ['thumbnail', thumbnailOf(message)],
  ] as const;
  return named.flatMap(([role, file]) => {
    if (!file || isTooLarge(limits, file)) return [];
    return [filePlan({ sourceId: message.id, role, size: file.size, identity: identityOf(file) }, random)];
  });
}

/** When they have the gate's leave. */
async function carryFiles(
  run: Run,
  message: Api.Message,
  file: FileOfMessage,
): Promise<{ readonly thumb: Thumbnail; readonly main: FileUpload }> {
  const pass = await run.gate.enter(file.size, run.signal);
  try {
    const thumb = await carryThumbnail(run, message);
    return { thumb, main: await carryFile(run, message, file, pass) };
  } finally {
    pass.leave();
  }
}

async function carryFile(
  run: Run,
  message: Api.Message,
  file: FileOfMessage,
  pass: GatePass,
): Promise<FileUpload> {
  const sourceId = message.id;
  const { name, size } = file;
  const upload = new FileUpload(run, {
    sourceId,
    role: 'file',
    name,
    size,
    identity: identityOf(file),
    source: partSource(run.client, run.source, message),
    onProgress(progress) {
      pass.arrived(progress.bytesDown);
      run.observer.onTransfer({ ...progress, sourceId });
    },
  });
  let done = false;
  try {
    await upload.carry();
    done = true;
    return upload;
  } finally {
    run.observer.onTransferEnd({ sourceId, name, size, done });
  }
}

interface Thumbnail {
  readonly upload?: FileUpload;
  readonly lost?: boolean;
}

/** A thumbnail that can't be had is left to Telegram, which makes its own. */
async function carryThumbnail(run: Run, message: Api.Message): Promise<Thumbnail> {
  const thumb = thumbnailOf(message);
  if (!thumb) return {};
  const source = thumbnailSource(run.client, run.source, message);
  const { name, size } = thumb;
  // Telegram has no hashes of thumbnails.
  const upload = new FileUpload(
    { ...run, verifySource: false },
    { sourceId: message.id, role: 'thumbnail', name, size, identity: identityOf(thumb), source },
  );
  try {
    await upload.carry();
    return { upload };
  } catch (error) {
    if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    return { lost: true };
  }
}

function identityOf({ kind, location }: FileOfMessage): string {
  return `${kind} ${'id' in location ? location.id : ''}`;
}

/** What the account may not upload needn't be downloaded. */
function refuseTooLarge({ limits }: Run, message: Api.Message, { name, size }: FileOfMessage): void {
  if (!isTooLarge(limits, { size })) return;
  const mebibytes = Math.floor((limits.maxFileParts * PART_SIZE) / 2 ** 20);
  throw new FailedError(
    'FILE_TOO_LARGE',
    `${name} of message ${shownId(message.id)} is larger than the ${mebibytes} MiB that this account may upload.`,
    { fields: { messageId: shownId(message.id), size } },
  );
}

function isTooLarge({ maxFileParts }: AccountLimits, { size }: Pick<FileOfMessage, 'size'>): boolean {
  return partCount(size) > maxFileParts;
}
