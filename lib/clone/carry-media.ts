import type { Api } from 'telegram/tl/index.js';
import { PART_SIZE, partCount } from '../base/bytes.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { PartUploader, UploadPart } from '../base/file-parts.js';
import { shownId } from '../base/source-ids.js';
import type { FilePlan, FileRole } from '../ledger/job.js';
import type { Spot } from '../messages/recreate/plan.js';
import type { FileOfMessage } from '../messages/tl/files.js';
import { type CarriedContent, fileAt, thumbnailAt } from '../messages/tl/spots.js';
import type { AccountLimits } from '../telegram/limits.js';
import { partSource } from '../telegram/media.js';
import { savingMethod } from '../telegram/upload.js';
import { CarriedMedia, type Uploads } from './carried-media.js';
import { FileUpload, filePlan, type UploadRun } from './file-upload.js';
import type { Run } from './run.js';
import { type FaultRun, throughFaults } from './server-faults.js';
import type { GatePass } from './transfer-gate.js';
import { verdictOf } from './verdicts.js';

/** The parts of a run that carry a file over. */
export type CarryRun = FaultRun &
  UploadRun &
  Pick<Run, 'source' | 'gate' | 'limits' | 'via' | 'rehearsal' | 'onEvent'>;

/** How media are carried over. */
export interface CarryOptions {
  /** An earlier run has begun to send the message. */
  readonly wasTried: boolean;
  /**
   * For a file of an album: settles when the files in front of it are ready. Then the server makes its own file of it
   * at once (messages.uploadMedia), so its parts needn't last until the album's other files are there, and a refusal
   * concerns this file alone.
   */
  readonly albumBefore?: Promise<unknown> | undefined;
}

/**
 * Carries over a message's file, part by part, and its thumbnail in the same way, unless an earlier run had the server
 * make its file already: then that one is sent.
 */
export async function carryMedia(
  run: CarryRun,
  content: CarriedContent,
  { wasTried, albumBefore }: CarryOptions,
): Promise<CarriedMedia> {
  const { message, spot } = content;
  const file = fileAt(message, spot);
  if (!file) throw new FailedError('MESSAGE_GONE', `Message ${shownId(message.id)} no longer has a file.`);
  const main = new MainUpload(run, content, file, wasTried);
  const carry = async (again: boolean): Promise<Uploads> => {
    refuseTooLarge(run.limits, message, file);
    const pass = await run.gate.enter(file.size, run.signal);
    try {
      const thumb = await carryThumbnail(run, content, { mayBeUsed: wasTried, again });
      await main.carry(pass, again);
      return { main: main.upload, thumb: thumb.upload, lostThumbnail: thumb.lost === true };
    } finally {
      pass.leave();
    }
  };
  const carried = new CarriedMedia(run, {
    content,
    via: run.via ?? 'stream',
    bytes: file.size,
    carry,
    main: main.upload,
  });
  if (carried.isBorrowed) return carried;
  refuseTooLarge(run.limits, message, file);
  if (run.rehearsal) return carried;
  await main.upload.plan();
  const { made } = main.upload;
  if (made) carried.keep(made);
  else await carried.upload();
  if (albumBefore) await albumBefore;
  if (albumBefore && !made) await makeServerFile(carried, run.signal);
  return carried;
}

/** A photo that isn't accepted as a photo becomes a file. */
async function makeServerFile(carried: CarriedMedia, signal: AbortSignal): Promise<void> {
  try {
    await carried.makeServerFile();
  } catch (error) {
    if (signal.aborted || !(await carried.concede(error, { alone: true }))) throw error;
    await carried.makeServerFile();
  }
}

/** How the uploads of a message's file and thumbnail are planned, as far as this account may upload them. */
export function plannedFiles(
  { random, limits }: Pick<Run, 'random' | 'limits'>,
  message: Api.Message,
  spots: readonly (Spot | undefined)[],
): FilePlan[] {
  const named = spots.flatMap((spot) => [
    [fileRole(spot), fileAt(message, spot)] as const,
    [thumbnailRole(spot), thumbnailAt(message, spot)] as const,
  ]);
  return named.flatMap(([role, file]) => {
    if (!file || isTooLarge(limits, file)) return [];
    return [filePlan({ sourceId: message.id, role, size: file.size, identity: identityOf(file) }, random)];
  });
}

/** Carries over a message's own file and reports its progress. */
class MainUpload {
  readonly upload: FileUpload;
  readonly #run: CarryRun;
  readonly #media: { readonly sourceId: number; readonly name: string; readonly size: number };
  readonly #judged: CarryJudged;
  #pass: GatePass | undefined;

  constructor(run: CarryRun, { message, spot }: CarriedContent, file: FileOfMessage, mayBeUsed: boolean) {
    const { name, size } = file;
    this.#run = run;
    this.#media = { sourceId: message.id, name, size };
    this.#judged = new CarryJudged(run, message, file);
    const { uploader } = this.#judged;
    this.upload = new FileUpload(
      { ...run, uploader },
      {
        ...this.#media,
        role: fileRole(spot),
        identity: identityOf(file),
        source: partSource(run.client, run.source, {
          message,
          pick: (now) => fileAt(now, spot),
          faults: () => this.#judged.faultsOf(),
        }),
        mayBeUsed,
        onProgress: (progress) => {
          this.#pass?.arrived(progress.bytesDown);
          run.onEvent({ ...progress, kind: 'transfer', sourceId: message.id });
        },
      },
    );
  }

  async carry(pass: GatePass, again: boolean): Promise<void> {
    this.#pass = pass;
    let done = false;
    try {
      await this.#judged.carry(this.upload, again);
      done = true;
    } finally {
      this.#run.onEvent({ kind: 'transferEnd', ...this.#media, done });
    }
  }
}

interface Thumbnail {
  readonly upload?: FileUpload;
  readonly lost?: boolean;
}

/** A thumbnail that can't be read is left to Telegram, which makes its own. */
async function carryThumbnail(
  run: CarryRun,
  { message, spot }: CarriedContent,
  { mayBeUsed, again }: { readonly mayBeUsed: boolean; readonly again: boolean },
): Promise<Thumbnail> {
  const thumb = thumbnailAt(message, spot);
  if (!thumb) return {};
  const judged = new CarryJudged(run, message, thumb);
  const source = partSource(run.client, run.source, {
    message,
    pick: (now) => thumbnailAt(now, spot),
    faults: () => judged.faultsOf(),
  });
  const { name, size } = thumb;
  // Telegram has no hashes of thumbnails.
  const upload = new FileUpload(
    { ...run, verifySource: false, uploader: judged.uploader },
    {
      sourceId: message.id,
      role: thumbnailRole(spot),
      name,
      size,
      identity: identityOf(thumb),
      source,
      mayBeUsed,
    },
  );
  try {
    await upload.plan();
    await judged.carry(upload, again);
    return { upload };
  } catch (error) {
    if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    return { lost: true };
  }
}

/**
 * Carries a file over and distinguishes trouble that the server has with this file from trouble with all of them. Parts
 * that it refuses are first sent again under another file_id.
 */
class CarryJudged {
  /** Uploads parts of the file. */
  readonly uploader: PartUploader;
  readonly #run: CarryRun;
  readonly #sourceId: number;
  readonly #isAtHome: boolean;
  #faults: FaultOptions = {};
  /** The part whose upload met the latest fault; undefined when it was a download. */
  #met: UploadPart | undefined;

  constructor(run: CarryRun, { id }: Api.Message, { dcId }: FileOfMessage) {
    this.#run = run;
    this.#sourceId = id;
    this.#isAtHome = dcId === run.client.homeDcId;
    this.uploader = {
      savePart: (part, signal) => run.uploader.savePart(part, signal, this.faultsOf(part)),
    };
  }

  async carry(upload: FileUpload, again: boolean): Promise<void> {
    let startsOver = again;
    let wasReplaced = false;
    const judged = this;
    await throughFaults(this.#run, {
      sourceIds: [this.#sourceId],
      probe: 'read',
      get method() {
        return judged.#met ? savingMethod(judged.#met) : 'upload.getFile';
      },
      get isExact() {
        return judged.#met ? !judged.#met.big : judged.#isAtHome;
      },
      isDoubtful: () => false,
      replace: async () => {
        if (!this.#met || wasReplaced) return false;
        wasReplaced = true;
        startsOver = true;
        return true;
      },
      make: async (faults) => {
        this.#faults = faults;
        const carried = startsOver ? upload.carryAgain() : upload.carry();
        startsOver = false;
        await carried;
        // If it is carried over again later, that is no longer part of this call.
        this.#faults = {};
      },
    });
  }

  /** How a request handles faults at this point: one that uploads `part`, or one that reads from the source. */
  faultsOf(part?: UploadPart): FaultOptions {
    const { onFault } = this.#faults;
    return {
      ...this.#faults,
      onFault: (error, forMs) => {
        this.#met = part;
        onFault?.(error, forMs);
      },
    };
  }
}

function fileRole(spot: Spot | undefined): FileRole {
  return spot ?? 'file';
}

function thumbnailRole(spot: Spot | undefined): FileRole {
  return spot === undefined ? 'thumbnail' : `${spot}-thumb`;
}

function identityOf({ kind, location }: FileOfMessage): string {
  return `${kind} ${'id' in location ? location.id : ''}`;
}

/** Refuses a file that the account may not upload before it is downloaded. */
function refuseTooLarge(limits: AccountLimits, message: Api.Message, { name, size }: FileOfMessage): void {
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
