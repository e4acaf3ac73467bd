import type { Clock } from '../../base/clock.js';
import type { DownloadEvent, PlannedFile } from '../../download/events.js';
import type { TransferProgress } from '../../transfer/transfer.js';
import type { ReportedWait } from '../progress/reporter.js';
import type { FileTally, WaitTally } from '../progress/tally.js';

/** The events of a download, and the waits of its connection. */
export type ShownEvent = DownloadEvent | (ReportedWait & { readonly kind: 'wait' });

/** How far a download is. */
export interface DownloadState {
  /** Messages read so far. */
  readonly messages: number;
  /** Files that are selected so far, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** Whether everything has been read. */
  readonly complete: boolean;
  /** Files that are dealt with, and their bytes; with those of files in transfer. */
  readonly doneFiles: number;
  readonly doneBytes: number;
  readonly skipped: number;
  readonly failed: number;
  /** In the order in which they began. */
  readonly transfers: readonly FileTally[];
  readonly bytesPerSecond: number;
  readonly heldBytes: number;
  readonly wait: WaitTally | undefined;
  /** Milliseconds since the epoch; undefined while nothing is known. */
  readonly endsAt: number | undefined;
}

/** Rates are averages over this time, or over the whole download while that is shorter. */
const RATE_WINDOW_MS = 30_000;
const SAMPLE_EVERY_MS = 500;

/** Counts what a download has done and how fast: fed with events, read by whoever draws. */
export class DownloadTally {
  readonly #clock: Clock;
  readonly #planned = new Map<number, PlannedFile>();
  readonly #transfers = new Map<number, FileTally>();
  readonly #samples: { readonly at: number; readonly bytes: number }[];
  #waits: WaitTally[] = [];
  #messages = 0;
  #files = 0;
  #bytes = 0;
  #complete = false;
  #doneFiles = 0;
  #doneBytes = 0;
  #skipped = 0;
  #failed = 0;
  #received = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#samples = [{ at: clock.monotonic(), bytes: 0 }];
  }

  /** The file of a number that was started and has not ended. */
  planned(file: number): PlannedFile | undefined {
    return this.#planned.get(file);
  }

  take(event: ShownEvent): void {
    switch (event.kind) {
      case 'scanned':
        this.#messages = event.messages;
        this.#files = event.files;
        this.#bytes = event.bytes;
        this.#complete = event.complete;
        return;
      case 'started':
        this.#planned.set(event.file, event.planned);
        this.#transfer(event.file, idle(event.planned, event.bytesBefore));
        return;
      case 'progress':
        this.#transfer(event.file, event.progress);
        return;
      case 'done':
        this.#end(event.file, event.bytes);
        return;
      case 'skipped':
        this.#skipped += 1;
        this.#endOf(event.planned);
        return;
      case 'failed':
        this.#failed += 1;
        this.#endOf(event.planned);
        return;
      case 'busy':
        this.#pause(event.planned);
        return;
      case 'wait':
        this.#waits.push(event);
        return;
      default:
        return;
    }
  }

  read(): DownloadState {
    const now = this.#clock.now();
    this.#waits = this.#waits.filter(({ until }) => until > now);
    const wait = this.#waits.reduce<WaitTally | undefined>(
      (last, next) => (last && last.until >= next.until ? last : next),
      undefined,
    );
    const transfers = [...this.#transfers.values()];
    const under = transfers.reduce((sum, { bytesUp }) => sum + bytesUp, 0);
    const bytesPerSecond = this.#speed();
    const doneBytes = this.#doneBytes + under;
    const left = Math.max(0, this.#bytes - doneBytes);
    return {
      messages: this.#messages,
      files: this.#files,
      bytes: this.#bytes,
      complete: this.#complete,
      doneFiles: this.#doneFiles,
      doneBytes,
      skipped: this.#skipped,
      failed: this.#failed,
      transfers,
      bytesPerSecond,
      heldBytes: transfers.reduce((sum, { heldBytes }) => sum + heldBytes, 0),
      wait,
      endsAt:
        this.#complete && bytesPerSecond > 0
          ? Math.max(now, wait?.until ?? now) + (left / bytesPerSecond) * 1000
          : undefined,
    };
  }

  #transfer(file: number, progress: TransferProgress): void {
    const before = this.#transfers.get(file)?.bytesUp ?? progress.bytesBefore;
    // An attempt that begins again may have fewer.
    this.#received += Math.max(0, progress.bytesUp - before);
    this.#transfers.set(file, { ...progress, sourceId: file });
    this.#sample();
  }

  #end(file: number, bytes: number): void {
    this.#transfers.delete(file);
    this.#planned.delete(file);
    this.#settle(bytes);
  }

  /** The event names the file, not its number. */
  #endOf(ended: PlannedFile): void {
    for (const [file, planned] of this.#planned) {
      if (!isSame(planned, ended)) continue;
      this.#transfers.delete(file);
      this.#planned.delete(file);
    }
    this.#settle(ended.size);
  }

  /** It has no bar until it continues. */
  #pause(paused: PlannedFile): void {
    for (const [file, planned] of this.#planned) if (isSame(planned, paused)) this.#transfers.delete(file);
  }

  #settle(bytes: number): void {
    this.#doneFiles += 1;
    this.#doneBytes += bytes;
  }

  #sample(): void {
    const at = this.#clock.monotonic();
    const last = this.#samples.at(-1);
    if (last && at - last.at < SAMPLE_EVERY_MS) return;
    this.#samples.push({ at, bytes: this.#received });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - RATE_WINDOW_MS)
      this.#samples.shift();
  }

  #speed(): number {
    const base = this.#samples[0];
    const ms = base ? this.#clock.monotonic() - base.at : 0;
    return base && ms > 0 ? ((this.#received - base.bytes) * 1000) / ms : 0;
  }
}

function idle({ name, size }: PlannedFile, bytesBefore: number): TransferProgress {
  return {
    name,
    size,
    bytesBefore,
    bytesDown: bytesBefore,
    bytesUp: bytesBefore,
    partsInFlight: 0,
    heldBytes: 0,
    bytesPerSecond: 0,
  };
}

function isSame(one: PlannedFile, other: PlannedFile): boolean {
  return one.chatId === other.chatId && one.messageId === other.messageId && one.index === other.index;
}
