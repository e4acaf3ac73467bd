import type { S3Object } from '../blobs/s3/requests.js';

/**
 * Objects that have names which files of this run wanted, too, by the name without a number: so each of them is looked at once,
 * however many files want one name. A name that nobody was found to have isn't held.
 */
export class TakenNames {
  readonly #families = new Map<string, Map<number, S3Object>>();

  /** What was found under a name with a number; undefined when nothing was, or nobody has looked. */
  at(wanted: string, number: number): S3Object | undefined {
    return this.#families.get(wanted)?.get(number);
  }

  note(wanted: string, number: number, found: S3Object): void {
    const family = this.#families.get(wanted) ?? new Map<number, S3Object>();
    this.#families.set(wanted, family.set(number, found));
  }
}
