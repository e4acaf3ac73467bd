import type { Api } from 'telegram/tl/index.js';
import { orAborted } from '../base/abort.js';
import type { TelegramError } from '../refusals/telegram-error.js';

export type Location = Api.TypeInputFileLocation;

/** The most references fetched one after another with nothing read in between. */
const MOST_RENEWALS = 5;

/**
 * A file's location, for all who read it at once. When its file reference expires (FILE_REFERENCE_EXPIRED), one of them
 * fetches a new one for all.
 */
export class FileReference {
  readonly #renew: ((signal: AbortSignal) => Promise<Location>) | undefined;
  #location: Location;
  #generation = 0;
  #renewing: Promise<void> | undefined;
  #renewalsInRow = 0;

  /** `renew` fetches the location again; without it, a refusal of the reference is final. */
  constructor(location: Location, renew?: (signal: AbortSignal) => Promise<Location>) {
    this.#location = location;
    this.#renew = renew;
  }

  get location(): Location {
    return this.#location;
  }

  /** Grows with each new reference, so that requests that are refused together fetch only one. */
  get generation(): number {
    return this.#generation;
  }

  /** Notes that something was read with it. */
  worked(): void {
    this.#renewalsInRow = 0;
  }

  /**
   * Resolves when there is a newer reference than that of `generation`. Throws `refusal` when there can't be one, or
   * when nothing was read with the last five; errors of fetching it as they are; and the signal's reason.
   */
  async renewed(generation: number, refusal: TelegramError, signal: AbortSignal): Promise<void> {
    while (generation === this.#generation) {
      if (!this.#renewing) return this.#fetch(refusal, signal);
      // The one that fetches it may be aborted: then the next one does.
      const over = this.#renewing.catch(() => {});
      await orAborted(over, signal);
    }
  }

  async #fetch(refusal: TelegramError, signal: AbortSignal): Promise<void> {
    this.#renewalsInRow += 1;
    if (!this.#renew || this.#renewalsInRow > MOST_RENEWALS) throw refusal;
    this.#renewing = this.#renew(signal)
      .then((location) => {
        this.#location = location;
        this.#generation += 1;
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    await orAborted(this.#renewing, signal);
  }
}
