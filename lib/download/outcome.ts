import type { FileCopy } from '../store/tables/file-copies.js';
import type { TransferProgress } from '../transfer/transfer.js';

/** What became of one file. */
export type Outcome =
  | { readonly how: 'downloaded' | 'linked' | 'copied'; readonly path: string; readonly bytes: number }
  | { readonly how: 'skipped'; readonly copy: Pick<FileCopy, 'path' | 'host'> }
  /** `isNetwork`: the network failed, in every try. */
  | { readonly how: 'failed'; readonly error: string; readonly isNetwork: boolean };

/** What is said while a file is brought. */
export interface FileReport {
  started(bytesBefore: number): void;
  progress(progress: TransferProgress): void;
  /** All bytes have come: another file may have the network. */
  received(): void;
  retry(attempt: {
    readonly attempt: number;
    readonly of: number;
    readonly error: string;
    readonly waitMs: number;
  }): void;
}
