import type { TransferProgress } from '../transfer/transfer.js';
import type { ChosenFile } from './chosen-file.js';
import type {
  DownloadEvent,
  DownloadSummary,
  FailedFile,
  LeftOut,
  MissingMessage,
  PlannedFile,
} from './events.js';
import type { FileReport, Outcome } from './outcome.js';

/** What is said of a file until it is settled. */
export interface RunningReport extends Omit<FileReport, 'received'> {
  /** Another process is downloading it. Said once, however often it turns out. */
  busy(): void;
  ended(outcome: Outcome): void;
}

/** Counts what a download does, and says so. */
export class Report {
  readonly #onEvent: (event: DownloadEvent) => void;
  readonly #host: string;
  readonly #failed: FailedFile[] = [];
  readonly #missing: MissingMessage[] = [];
  readonly #leftOut: LeftOut[] = [];
  readonly #elsewhere = new Map<string, number>();
  readonly #counts = {
    messages: 0,
    files: 0,
    downloaded: 0,
    bytes: 0,
    kept: 0,
    skipped: 0,
    linked: 0,
    copied: 0,
  };
  /** Of files that have not ended well, what has come of each. */
  readonly #arrivals = new Set<Arrival>();
  #selectedBytes = 0;
  #lastFile = 0;

  constructor(host: string, onEvent: (event: DownloadEvent) => void) {
    this.#host = host;
    this.#onEvent = onEvent;
  }

  get summary(): DownloadSummary {
    const elsewhere = [...this.#elsewhere].map(([host, files]) => ({ host, files }));
    return {
      ...this.#counts,
      begun: [...this.#arrivals].reduce((sum, { bytes }) => sum + bytes, 0),
      failed: [...this.#failed],
      missing: [...this.#missing],
      leftOut: [...this.#leftOut],
      elsewhere,
    };
  }

  chat(chatId: number, title: string): void {
    this.#onEvent({ kind: 'chat', chatId, title });
  }

  scanned(messages: number, files: readonly ChosenFile[]): void {
    this.#counts.messages += messages;
    this.#counts.files += files.length;
    for (const { planned } of files) this.#selectedBytes += planned.size;
    this.#totals(false);
  }

  missing(chatId: number, messageId: number): void {
    this.#missing.push({ chatId, messageId });
    this.#onEvent({ kind: 'missing', chatId, messageId });
  }

  leftOut(what: LeftOut): void {
    this.#leftOut.push(what);
    this.#onEvent({ kind: 'left_out', ...what });
  }

  /** Nothing is left but files that other hosts have claimed. */
  waiting(files: number, hosts: readonly string[]): void {
    this.#onEvent({ kind: 'waiting', files, hosts });
  }

  scanEnded(): void {
    this.#totals(true);
  }

  /** Of one file; its number is given when it begins. */
  fileReport(planned: PlannedFile): RunningReport {
    let isBusy = false;
    let file: number | undefined;
    const arrival = new Arrival();
    const number = (): number => {
      file ??= this.#lastFile += 1;
      return file;
    };
    return {
      started: (bytesBefore) => {
        if (file === undefined) this.#onEvent({ kind: 'started', file: number(), planned, bytesBefore });
      },
      progress: (progress) => {
        arrival.take(progress);
        this.#arrivals.add(arrival);
        this.#onEvent({ kind: 'progress', file: number(), progress });
      },
      retry: (attempt) => this.#onEvent({ kind: 'retry', file: number(), ...attempt }),
      busy: () => {
        if (!isBusy) this.#onEvent({ kind: 'busy', planned });
        isBusy = true;
      },
      ended: (outcome) => {
        if (outcome.how !== 'failed') this.#arrivals.delete(arrival);
        if (outcome.how === 'downloaded') this.#counts.kept += arrival.bytesBefore;
        this.#ended(planned, outcome, { number, begun: () => file });
      },
    };
  }

  end(): DownloadSummary {
    const { summary } = this;
    this.#onEvent({ kind: 'end', summary });
    return summary;
  }

  #totals(complete: boolean): void {
    const { messages, files } = this.#counts;
    this.#onEvent({ kind: 'scanned', messages, files, bytes: this.#selectedBytes, complete });
  }

  #ended(
    planned: PlannedFile,
    outcome: Outcome,
    { number, begun }: { readonly number: () => number; readonly begun: () => number | undefined },
  ): void {
    const file = begun();
    const ofFile = file === undefined ? {} : { file };
    if (outcome.how === 'failed') {
      const { chatId, messageId, name } = planned;
      const { code, error } = outcome;
      this.#failed.push({ chatId, messageId, name, code, error });
      this.#onEvent({ kind: 'failed', ...ofFile, planned, code, error });
    } else if (outcome.how === 'skipped') {
      const { path, host } = outcome.copy;
      this.#counts.skipped += 1;
      if (host !== this.#host) this.#elsewhere.set(host, (this.#elsewhere.get(host) ?? 0) + 1);
      this.#onEvent({ kind: 'skipped', ...ofFile, planned, path, host });
    } else {
      const { how, path, bytes } = outcome;
      this.#counts[how] += 1;
      if (how === 'downloaded') this.#counts.bytes += bytes;
      this.#onEvent({ kind: 'done', file: number(), path, bytes, how });
    }
  }
}

/** What has come of a file in this run. */
class Arrival {
  bytes = 0;
  /** What an earlier run had left of it. */
  bytesBefore = 0;
  #upTo: number | undefined;

  take({ bytesBefore, bytesUp }: Pick<TransferProgress, 'bytesBefore' | 'bytesUp'>): void {
    if (this.#upTo === undefined) this.bytesBefore = bytesBefore;
    // Another try may begin further in front.
    const from = this.#upTo === undefined || bytesUp < this.#upTo ? bytesBefore : this.#upTo;
    this.bytes += Math.max(0, bytesUp - from);
    this.#upTo = bytesUp;
  }
}
