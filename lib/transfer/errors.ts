import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';

/** A file could not be carried over. */
export class TransferError extends FailedError {}

/** Telegram holds no file without bytes: the server would refuse it with FILE_PARTS_INVALID. */
export function emptyFile(name: string): TransferError {
  return new TransferError('EMPTY_FILE', `${name} is empty, and Telegram does not store empty files.`, {
    fields: { name },
  });
}

export function sizeMismatch(name: string, announced: number, received: number): TransferError {
  return new TransferError(
    'SIZE_MISMATCH',
    `${name} was announced with ${announced} bytes, but ${received} came, so it was neither sent nor saved. Try it again.`,
    { fields: { name, announced, received } },
  );
}

export function partSizeMismatch(name: string, index: number, due: number, received: number): TransferError {
  return new TransferError(
    'PART_SIZE_MISMATCH',
    `Part ${index} of ${name} came with ${received} bytes instead of ${due}, so the file was neither sent nor saved. Try it again.`,
    { fields: { name, index, due, received } },
  );
}

/** A part of the source doesn't match Telegram's own hash of it. */
export class SourceMismatch extends TransferError {
  /** Index of the part. */
  readonly index: number;

  constructor(name: string, index: number, offset: number) {
    super(
      'SOURCE_MISMATCH',
      `Part ${index} of ${name} does not have the SHA-256 that Telegram gives for it, so the file was neither sent nor saved. Try it again.`,
      { fields: { name, index, offset } },
    );
    this.index = index;
  }
}

/** The server has no hashes for some bytes, or only for ranges that no single part contains. */
export function sourceUnverified(name: string, offset: number, cause?: unknown): TransferError {
  return new TransferError(
    'SOURCE_UNVERIFIED',
    `Telegram gives no SHA-256 for the bytes of ${name} from ${offset} on, so they can't be verified, and the file was neither sent nor saved. Run without --verify-source to do without.`,
    { cause, fields: { name, offset } },
  );
}

export function badOption(what: string, value: unknown): UsageError {
  return new UsageError('BAD_TRANSFER', `${what}, not ${String(value)}.`);
}

/** TelePi's own errors say what to do and are kept; any other becomes the cause of an error with a sentence. */
export function downloadFailed(name: string, cause: unknown): unknown {
  if (cause instanceof TelepiError) return cause;
  return new TransferError('DOWNLOAD_FAILED', `${name} could not be downloaded: ${messageOf(cause)}`, {
    cause,
    fields: { name },
  });
}

/** As downloadFailed. */
export function uploadFailed(name: string, index: number, cause: unknown): unknown {
  if (cause instanceof TelepiError) return cause;
  return new TransferError(
    'UPLOAD_FAILED',
    `Part ${index} of ${name} could not be uploaded: ${messageOf(cause)}`,
    {
      cause,
      fields: { name, index },
    },
  );
}
