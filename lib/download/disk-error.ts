import { FailedError } from '../base/errors.js';
import { codeOf, howToWriteOutput } from '../base/system-errors.js';

/** A file could not be written: what the disk said, and how to fix it. */
export function diskError(path: string, cause: unknown): FailedError {
  return new FailedError('FILE_NOT_WRITTEN', `${path} can't be written: ${howToFix(cause)}`, {
    cause,
    fields: { path, reason: codeOf(cause) },
  });
}

function howToFix(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EISDIR':
    case 'ELOOP':
      return 'a folder or a link is where the file should be. Move it away, or choose another folder with --output.';
    case 'EFBIG':
      return 'the file system holds no file of this size. Choose another folder with --output.';
    default:
      return howToWriteOutput(cause, 'the download continues where it was');
  }
}
