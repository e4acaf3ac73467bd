import type { Api } from 'telegram/tl/index.js';
import type { Reduction } from '../messages/losses.js';

/**
 * What a send refers to: files that have been carried over. Any of them may be refused later: `repair`, `renew`,
 * `replace` and `concede` change what `input` returns.
 */
export interface Carried {
  /** Size of the files that were carried over. */
  readonly bytes: number;
  /** A photo that goes as a file: it can't be in one album with photos. */
  readonly isPhotoAsFile: boolean;
  /** The losses that are already known. */
  readonly reductions: readonly Reduction[];
  /** Whether it may be refused because of its age, or because of what an earlier call did with it. */
  readonly isDoubtful: boolean;
  /** Whether the copy refers to the source's own files, so that nothing has to be carried over. */
  readonly isBorrowed: boolean;
  input(): Api.TypeInputMedia;
  /** Carries over again a part that the server has dropped (FILE_PART_X_MISSING). */
  repair(part: number): Promise<void>;
  /** Makes the server's file again when Telegram's reference to it has expired; false when there is no such file. */
  renew(): Promise<boolean>;
  /** Has the server make its file again after any refusal; false when this run has already done so. */
  replace(): Promise<boolean>;
  /**
   * Gives up the thing that was refused, so that the message can be sent with less; false when the refusal is about none
   * of these. `alone`: not in an album, whose photos can't become files any more.
   */
  concede(error: unknown, options: { readonly alone: boolean }): Promise<boolean>;
}
