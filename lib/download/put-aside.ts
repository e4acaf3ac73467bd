import type { Clock } from '../base/clock.js';
import type { ChosenFile } from './chosen-file.js';
import { FileClaimed, type FileClaims } from './claims/file-claims.js';
import { FileBusy } from './part-lock.js';
import type { RunningReport } from './report.js';

/** How long to wait for another process that writes the same file before it is looked at again, in milliseconds. */
const BUSY_MS = 1_000;
/** The same for files that are claimed: the first time, and the longest. */
const FIRST_MS = 250;
const LONGEST_MS = 5_000;

interface Aside {
  readonly file: ChosenFile;
  readonly report: RunningReport;
  readonly isClaimed: boolean;
}

/** Whether an error says that another process is downloading a file. */
export function isPutAside(error: unknown): error is FileBusy | FileClaimed {
  return error instanceof FileBusy || error instanceof FileClaimed;
}

/** Files that other processes are downloading: they are looked at again, all at once, until those have ended or died. */
export class PutAside {
  readonly #claims: FileClaims;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #files: Aside[] = [];
  #pause = FIRST_MS;

  constructor(
    claims: FileClaims,
    { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  ) {
    this.#claims = claims;
    this.#clock = clock;
    this.#signal = signal;
  }

  get size(): number {
    return this.#files.length;
  }

  add(file: ChosenFile, report: RunningReport, isClaimed: boolean): void {
    this.#files.push({ file, report, isClaimed });
  }

  /** Waits a while; the longer, the longer nothing has changed. */
  async pause(): Promise<void> {
    const hasBusy = this.#files.some(({ isClaimed }) => !isClaimed);
    await this.#clock.sleep(hasBusy ? BUSY_MS : this.#pause, this.#signal);
  }

  /** Takes out what is to be looked at again; `hosts` have the others. */
  async ready(): Promise<{ readonly files: readonly Aside[]; readonly hosts: readonly string[] }> {
    const aside = this.#files;
    this.#files = [];
    const claimed = aside.filter(({ isClaimed }) => isClaimed);
    const { free, hosts } = claimed.length > 0 ? await this.#claims.free(claimed) : { free: [], hosts: [] };
    const freed = new Set<Aside>(free);
    const files = aside.filter((one) => !one.isClaimed || freed.has(one));
    this.#files.unshift(...claimed.filter((one) => !freed.has(one)));
    this.#pause = free.length > 0 ? FIRST_MS : Math.min(2 * this.#pause, LONGEST_MS);
    return { files, hosts };
  }
}
