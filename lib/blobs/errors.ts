import { FailedError, reasonOfSystem } from '../base/errors.js';
import { codeOf, howToWrite } from '../base/system-errors.js';

export function blobMissing(place: string, sha256: string): FailedError {
  return new FailedError(
    'BLOB_MISSING',
    `${place} has no file ${sha256}: download it again, or put it back from a backup.`,
    { fields: { place, sha256 } },
  );
}

/** @param found what is wrong with it, as the end of a sentence */
export function blobDamaged(place: string, sha256: string, found: string): FailedError {
  return new FailedError(
    'BLOB_DAMAGED',
    `The file ${sha256} in ${place} is damaged, ${found}: check the disk, remove the file and download it again.`,
    { fields: { place, sha256 } },
  );
}

/** Fewer or more bytes came than were announced. */
export function blobCut(key: string, found: string): FailedError {
  return new FailedError('BLOB_CUT', `The file ${key} isn't complete, ${found}: run again to continue it.`, {
    fields: { key },
  });
}

export function blobDiffers(key: string, { due, found }: { due: string; found: string }): FailedError {
  return new FailedError(
    'BLOB_DIFFERS',
    `The file ${key} came with other content than announced (SHA-256 ${found} instead of ${due}): run again to read it from the beginning.`,
    { fields: { key, due, found } },
  );
}

export function blobNotWritten(path: string, cause: unknown): FailedError {
  return new FailedError('BLOB_NOT_WRITTEN', `${path} can't be written: ${howToWrite(cause)}`, {
    cause,
    fields: { path, reason: codeOf(cause) },
  });
}

export function blobNotRead(path: string, cause: unknown): FailedError {
  return new FailedError('BLOB_NOT_READ', `${path} can't be read: ${howToRead(cause)}`, {
    cause,
    fields: { path, reason: codeOf(cause) },
  });
}

function howToRead(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read there; run telepi as the owner of the directory.';
    case 'EIO':
      return 'the disk reports an error; check it, and put the file back from a backup.';
    default:
      return `${reasonOfSystem(cause)}; check the directory given by --data-dir.`;
  }
}
