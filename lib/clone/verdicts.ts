import { TelepiError } from '../base/errors.js';
import type { Action } from '../refusals/rule.js';
import { ruleFor } from '../refusals/table.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { TopicClosed } from './closed-topic.js';
import { LoneFault } from './lone-fault.js';
import { LostTopic } from './lost-topic.js';

/**
 * What a refusal means for the clone. `message`: this one message can't be copied; it is listed as failed and the run
 * continues with the next one. `run`: every message would meet it; the run stops with the checkpoint before this one.
 * `deleted`: the source message is gone since it was listed; it is skipped. `already_sent`: an earlier call with the
 * same random_id has sent it; it is skipped.
 */
export type CloneVerdict = 'message' | 'run' | 'deleted' | 'already_sent' | 'left_out' | 'emptied';

/**
 * Judges an error that patience gave up on or passed through at once, by the table of Telegram's errors. Temporary
 * trouble (a wait, a bad moment, an expired reference) never makes a message fail: the run stops, and the next one
 * tries again. The loop also stops when messages are refused for the same reason again and again (see
 * MAX_SAME_FAILURES).
 */
export function verdictOf(error: unknown): CloneVerdict {
  if (!(error instanceof TelepiError)) return 'run';
  if (error instanceof LoneFault || error instanceof TopicClosed || error instanceof LostTopic)
    return 'message';
  if (!(error instanceof TelegramError)) return OWN_CODES[error.code] ?? 'run';
  return MESSAGES_OWN.has(ruleFor(error.errorMessage, error.rpcCode).action) ? 'message' : 'run';
}

/** A stable name of the reason: Telegram's error without its number, or our own code, in lower case. */
export function failureReason(error: unknown): string {
  return error instanceof TelepiError ? error.code.toLowerCase() : 'internal';
}

/** When this many messages in a row fail for one reason, the messages are not the cause. */
export const MAX_SAME_FAILURES = 10;

/** Our own errors that can concern a single message. All others (no network, full disk, not signed in) stop the run. */
const OWN_CODES: Readonly<Record<string, CloneVerdict>> = {
  MESSAGE_GONE: 'deleted',
  SENT_UNKNOWN: 'already_sent',
  LEFT_OUT: 'left_out',
  TEXT_EMPTIED: 'emptied',
  EMPTY_FILE: 'message',
  SIZE_MISMATCH: 'message',
  PART_SIZE_MISMATCH: 'message',
  FILE_TOO_LARGE: 'message',
  TEXT_TOO_LONG: 'message',
  CAPTION_TOO_LONG: 'message',
  SOURCE_MISMATCH: 'message',
  SOURCE_UNVERIFIED: 'message',
  CDN_REDIRECT: 'message',
  MEDIA_UNKNOWN: 'message',
  REFERENCE_REFUSED: 'message',
  FORWARD_REFUSED: 'message',
  NOT_FORWARDED: 'message',
  STORY_REFUSED: 'message',
  ORIGINAL_GONE: 'message',
  FORMER_GROUP: 'message',
  NOTHING_TO_EDIT: 'message',
  OTHER_WORDS: 'message',
  KEPT_FILE_NONE: 'message',
  BLOB_MISSING: 'message',
  BLOB_DAMAGED: 'message',
  KEPT_FILE_AWAY: 'message',
  KEPT_FILE_DAMAGED: 'message',
};

/** Actions of the table that let the run continue. */
const MESSAGES_OWN: ReadonlySet<Action> = new Set<Action>(['message', 'reduce', 'unknown-method']);
