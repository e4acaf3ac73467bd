import { messageOf, TelepiError } from '../base/errors.js';
import type { FileCopy } from '../store/tables/file-copies.js';
import type { TransferProgress } from '../transfer/transfer.js';

/** What became of one file. */
export type Outcome =
  | { readonly how: 'downloaded' | 'linked' | 'copied'; readonly path: string; readonly bytes: number }
  | { readonly how: 'skipped'; readonly copy: Pick<FileCopy, 'path' | 'host'> }
  /** `code` and `error`: of the last try, and its sentence; `isNetwork`: the network failed, in every try. */
  | {
      readonly how: 'failed';
      readonly code: string;
      readonly error: string;
      readonly isNetwork: boolean;
    };

/** What an error that stops only one file makes of it. */
export function failedBy(error: unknown, isNetwork: boolean): Outcome {
  const code = error instanceof TelepiError ? error.code : 'UNEXPECTED';
  return { how: 'failed', code, error: messageOf(error), isNetwork };
}

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
