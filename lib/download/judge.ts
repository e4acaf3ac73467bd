import { FailedError, TelepiError } from '../base/errors.js';
import { unreadableBecause } from '../refusals/about-chat.js';
import { classify } from '../refusals/classify.js';
import { ruleFor } from '../refusals/table.js';
import { NoAnswerError, TelegramError } from '../refusals/telegram-error.js';

/**
 * What an error means for a download. `again`: the network failed, and another try may do better. `file`: this file can't be
 * downloaded; the others can. `run`: every file would meet it.
 */
export type DownloadVerdict = 'again' | 'file' | 'run';

/** Judges an error that patience gave up on or passed through, by the table of Telegram's errors. */
export function judge(error: unknown): DownloadVerdict {
  if (!(error instanceof TelepiError)) return 'run';
  if (error instanceof TelegramError) return judgeRefusal(error);
  return OWN_CODES[error.code] ?? 'run';
}

function judgeRefusal(error: TelegramError): DownloadVerdict {
  if (error instanceof NoAnswerError) return 'again';
  const { kind } = classify(error);
  if (kind === 'transient') return 'again';
  // Files of other chats still come.
  if (kind === 'reference' || unreadableBecause(error) !== undefined) return 'file';
  const { action } = ruleFor(error.errorMessage, error.rpcCode);
  return ['message', 'reduce', 'unknown-method'].includes(action) ? 'file' : 'run';
}

/** Our own errors that concern a single file. All others (a full disk, no database, not signed in) stop the run. */
const OWN_CODES: Readonly<Record<string, DownloadVerdict>> = {
  NETWORK_FAILED: 'again',
  TELEGRAM_UNREACHABLE: 'again',
  TELEGRAM_FAILING: 'again',
  DOWNLOAD_FAILED: 'again',
  S3_FAILED: 'again',
  // A copy that has gone, or is another one, since it was looked at.
  BLOB_MISSING: 'again',
  BLOB_DAMAGED: 'again',
  MESSAGE_GONE: 'file',
  EMPTY_FILE: 'file',
  SIZE_MISMATCH: 'file',
  PART_SIZE_MISMATCH: 'file',
  SOURCE_MISMATCH: 'file',
  SOURCE_UNVERIFIED: 'file',
  CDN_REDIRECT: 'file',
};

/** A try has met nothing but faults for a while. */
export function networkFailed(name: string, cause: unknown): FailedError {
  return new FailedError(
    'NETWORK_FAILED',
    `${name} could not be downloaded: the network, or Telegram's server, has failed for ${FAULTS_MS / 1000} seconds. Run again: the download continues where it was.`,
    { cause, fields: { name } },
  );
}

/** For how long a try may meet nothing but faults, in milliseconds. */
export const FAULTS_MS = 30_000;
