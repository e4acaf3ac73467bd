import type { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { ServerFile } from '../base/file-parts.js';
import { shownId } from '../base/source-ids.js';
import type { Via, Way } from '../base/ways.js';
import type { Reduction } from '../messages/losses.js';
import { inputMedia, photoAsFile, withCover } from '../messages/tl/input-media.js';
import type { CarriedContent } from '../messages/tl/spots.js';
import { serverMedia, uploadMedia } from '../telegram/server-file.js';
import { type Borrowed, borrowAgain, borrowedOf, isOfSet } from './borrowed.js';
import type { Carried } from './carried.js';
import { isAboutReference, isRefusedPhoto } from './concessions.js';
import type { FileUpload } from './file-upload.js';
import { finishInFlight } from './in-flight.js';
import { withRepairs } from './repairs.js';
import type { Run } from './run.js';
import { type FaultRun, throughFaults } from './server-faults.js';

/**
 * How often a file is uploaded again because a call may have used it up, and how often because it was refused for any
 * other reason.
 */
const MOST_REUPLOADS = { used: 8, refused: 1 } as const;

/** A message's files, carried over. */
export interface Uploads {
  readonly main: FileUpload;
  readonly thumb: FileUpload | undefined;
  /** Its thumbnail could not be read. */
  readonly lostThumbnail: boolean;
}

export interface CarriedMediaOptions {
  readonly content: CarriedContent;
  /** How the run sends. */
  readonly via: Via;
  /** Size of the files. */
  readonly bytes: number;
  readonly main: FileUpload;
  /** Carries the files over; with `again`, under new file_ids. */
  readonly carry: (again: boolean) => Promise<Uploads>;
}

/** How a message goes whose media are `carried`. */
export function wayOf(carried: Carried | undefined): Way {
  if (!carried) return 'no_file';
  return carried.isBorrowed ? 'reference' : 'stream';
}

/**
 * Media whose files have been carried over, and how a send refers to them: as uploads, or as the server's file that
 * messages.uploadMedia made of them in this run or an earlier one. Either may be refused later: an upload once the
 * server has dropped its parts or used it; a server's file once its reference has expired.
 */
export class CarriedMedia implements Carried {
  readonly #run: FaultRun & Pick<Run, 'source' | 'job'>;
  readonly #options: CarriedMediaOptions;
  readonly #partRepairs = new Map<number, number>();
  readonly #lost = new Set<Reduction>();
  #borrowed: Borrowed;
  #uploads: Uploads | undefined;
  #made: ServerFile | undefined;
  /** `#made` comes from an earlier run. */
  #isKept = false;
  /** Telegram doesn't accept this picture as a photo. */
  #asFile = false;

  constructor(run: FaultRun & Pick<Run, 'source' | 'job'>, options: CarriedMediaOptions) {
    this.#run = run;
    this.#options = options;
    this.#borrowed = borrowedOf(options.content, options.via);
  }

  get bytes(): number {
    return this.#borrowed.document ? 0 : this.#options.bytes;
  }

  /** What a send refers to now; `repair`, `renew`, `replace` and `concede` change it. */
  input(): Api.TypeInputMedia {
    const { document = this.#made, cover } = this.#borrowed;
    const media = document ? serverMedia(document, this.#options.content.media) : this.#uploadedMedia();
    return cover ? withCover(media, cover) : media;
  }

  /** Whether the copy refers to the source's own file, so that nothing has to be carried over. */
  get isBorrowed(): boolean {
    return this.#borrowed.document !== undefined;
  }

  get isPhotoAsFile(): boolean {
    return (
      this.#options.content.kind === 'photo' && (this.#made ? this.#made.kind === 'document' : this.#asFile)
    );
  }

  get reductions(): readonly Reduction[] {
    const thumbnail = this.#uploads?.lostThumbnail ? (['thumbnail'] as const) : [];
    const asFile = this.isPhotoAsFile ? (['photo_as_file'] as const) : [];
    return [...this.#lost, ...thumbnail, ...asFile];
  }

  get isDoubtful(): boolean {
    if (this.isBorrowed) return false;
    return this.#made ? this.#isKept : this.#files().some(({ mayBeUsed }) => mayBeUsed);
  }

  /** Takes over the file that an earlier run had the server make. */
  keep(made: ServerFile): void {
    this.#made = made;
    this.#isKept = true;
    this.#asFile = this.#options.content.kind === 'photo' && made.kind === 'document';
  }

  async upload(): Promise<void> {
    this.#uploads = await this.#options.carry(false);
  }

  /**
   * Has the server make its own file of the uploads (messages.uploadMedia). The start is durable before the call and
   * the result after it, so neither is done twice, and a file_id that may have been used up is known.
   */
  async makeServerFile(): Promise<void> {
    const { client, target, job, signal } = this.#run;
    const reuploads = { used: 0, refused: 0 };
    let isMarked = false;
    this.#made = await throughFaults(this.#run, {
      sourceIds: [this.#options.content.message.id],
      method: 'messages.uploadMedia',
      probe: 'upload',
      isExact: true,
      isDoubtful: () => this.#files().some(({ mayBeUsed }) => mayBeUsed),
      replace: async (isUsed) => {
        const why = isUsed ? 'used' : 'refused';
        if (reuploads[why] >= MOST_REUPLOADS[why]) return false;
        reuploads[why] += 1;
        isMarked = false;
        await this.#carryAgain();
        return true;
      },
      make: async (faults) => {
        if (!isMarked) await job.usingFiles(this.#files().map(({ fileId }) => fileId));
        isMarked = true;
        const call = (): Promise<ServerFile> =>
          finishInFlight(this.#run, (given) =>
            uploadMedia(client, target, this.#uploadedMedia(), { signal: given, faults }),
          );
        return withRepairs(this.#run, call, (part) => this.#repairUpload(part));
      },
    });
    for (const upload of this.#files()) upload.used();
    this.#isKept = false;
    // Kept, the file would hide from later runs that its thumbnail is lost.
    if (!this.#uploads?.lostThumbnail) await job.madeFile(this.#options.main.fileId, this.#made);
    signal.throwIfAborted();
  }

  async repair(part: number): Promise<void> {
    if (!this.#made) await this.#repairUpload(part);
  }

  async renew(): Promise<boolean> {
    const { document, cover } = this.#borrowed;
    const borrowed = document || cover ? await borrowAgain(this.#run, this.#options) : undefined;
    if (borrowed) this.#borrowed = { ...(document && borrowed), ...(cover && borrowed) };
    if (document || !this.#made) return borrowed !== undefined;
    if (this.#isKept) await this.#carryAgain();
    await this.makeServerFile();
    return true;
  }

  async replace(): Promise<boolean> {
    if (this.isBorrowed) return this.#mayStream && this.#carryBorrowed();
    if (this.#made) return this.#isKept && this.renew();
    for (const upload of this.#files()) upload.used();
    await this.makeServerFile();
    return true;
  }

  /**
   * Gives up the thing that was refused, so that the message can be sent with less, and counts the loss: the source's
   * own file is uploaded instead, a video loses its cover, a photo is sent as a file. False when the refusal is about
   * none of these. `alone`: not in an album, whose photos can't become files any more.
   */
  async concede(error: unknown, { alone }: { readonly alone: boolean }): Promise<boolean> {
    if (this.isBorrowed) return isAboutReference(error) && this.#carryBorrowed(error);
    const { cover, ...borrowed } = this.#borrowed;
    if (cover && isAboutReference(error)) {
      this.#borrowed = borrowed;
      this.#lost.add('video_cover');
      return true;
    }
    const { kind } = this.#options.content;
    if (kind !== 'photo' || this.isPhotoAsFile || !alone || !isRefusedPhoto(error)) return false;
    this.#asFile = true;
    this.#made = undefined;
    if (!this.#uploads) await this.upload();
    return true;
  }

  async #carryBorrowed(refusal?: unknown): Promise<boolean> {
    if (!this.#mayStream) throw this.#refused(refusal);
    const { document: _, ...borrowed } = this.#borrowed;
    this.#borrowed = borrowed;
    if (isOfSet(this.#options.content)) this.#lost.add('sticker_set');
    if (!this.#uploads) await this.upload();
    // An album accepts no uploads.
    await this.makeServerFile();
    return true;
  }

  /** With `reference` no bytes ever move. */
  get #mayStream(): boolean {
    return this.#options.via !== 'reference';
  }

  #refused(cause: unknown): FailedError {
    const id = shownId(this.#options.content.message.id);
    return new FailedError(
      'REFERENCE_REFUSED',
      `Telegram doesn't let this account name the file of message ${id}: with --via auto it is streamed instead.`,
      { cause, fields: { messageId: id } },
    );
  }

  async #carryAgain(): Promise<void> {
    this.#uploads = await this.#options.carry(true);
  }

  #files(): FileUpload[] {
    const { main, thumb } = this.#uploads ?? {};
    return [main, thumb].filter((upload) => upload !== undefined);
  }

  #uploadedMedia(): Api.TypeInputMedia {
    const { main, thumb } = this.#uploads ?? {};
    if (!main) throw new Error('The media have not been carried over.');
    const { content } = this.#options;
    if (content.kind === 'photo' && this.#asFile) return photoAsFile(content, main.inputFile);
    return inputMedia(content, main.inputFile, thumb?.inputFile);
  }

  async #repairUpload(part: number): Promise<void> {
    // The refusal doesn't say which file the missing part belongs to: they take turns.
    const uploads = this.#files().filter(({ parts }) => part < parts);
    const times = this.#partRepairs.get(part) ?? 0;
    this.#partRepairs.set(part, times + 1);
    await uploads[times % uploads.length]?.repair(part);
  }
}
