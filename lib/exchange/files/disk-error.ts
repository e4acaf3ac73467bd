import { FailedError } from '../../base/errors.js';
import { codeOf, howToWriteOutput } from '../../base/system-errors.js';

/** Something of an export could not be written: what the disk said, and how to fix it. */
export function notWritten(path: string, cause: unknown): FailedError {
  const how = howToWriteOutput(cause, 'files that are there already are not written again');
  return new FailedError('EXPORT_NOT_WRITTEN', `${path} can't be written: ${how}`, {
    cause,
    fields: { path, reason: codeOf(cause) },
  });
}
