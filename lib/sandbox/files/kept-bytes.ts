import { MIB } from '../../base/bytes.js';

/** How many bytes of uploads are kept by default. */
export const KEPT_UPLOAD_BYTES = 512 * MIB;

/**
 * The memory that uploads of unknown content may take all together: those on their way in, and the files made of them.
 */
export class KeptBytes {
  readonly limit: number;
  #taken = 0;

  constructor(limit = KEPT_UPLOAD_BYTES) {
    this.limit = limit;
  }

  get taken(): number {
    return this.#taken;
  }

  /** False, with nothing taken, when there is no room for them. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.limit) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
