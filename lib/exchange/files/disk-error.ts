import { FailedError, messageOf } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';

/** Something of an export could not be written: what the disk said, and how to fix it. */
export function notWritten(path: string, cause: unknown): FailedError {
  return new FailedError('EXPORT_NOT_WRITTEN', `${path} can't be written: ${howToFix(cause)}`, {
    cause,
    fields: { path, reason: codeOf(cause) },
  });
}

function howToFix(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full. Free some space and run again: files that are there already are not written again.';
    case 'EROFS':
      return 'the file system is read-only. Choose another folder with --output.';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there. Run telepi as the owner of the folder, or choose another one with --output.';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is where a folder should be. Move it away, or choose another folder with --output.';
    default:
      return `${messageOf(cause)}. Check the folder of --output, then run again.`;
  }
}
