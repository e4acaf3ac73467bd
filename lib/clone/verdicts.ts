import { TelepiError } from '../base/errors.js';

/**
 * What a refusal means for the clone.
 * `message`: this one message can't be copied; it is listed as failed and the next one goes on.
 * `run`: every message would meet it; the run stops with the checkpoint before this one.
 * `deleted`: the source message is gone since it was listed; it is skipped.
 * `already_sent`: an earlier call with its random_id has sent it; it is skipped.
 */
export type CloneVerdict = 'message' | 'run' | 'deleted' | 'already_sent';

/**
 * Judges an error that patience gave up on or handed through at once. Refusals that the tables don't know count as
 * the message's own; the loop stops when one of them comes again and again (see MAX_SAME_FAILURES).
 */
export function verdictOf(error: unknown): CloneVerdict {
  if (!(error instanceof TelepiError)) return 'run';
  const wire = wireOf(error);
  if (wire === undefined) return OWN_CODES[error.code] ?? 'run';
  return RUN_REFUSALS.some((pattern) => pattern.test(wire)) ? 'run' : 'message';
}

/** A stable name of the reason: Telegram's error without its number, or our own code, in lower case. */
export function failureReason(error: unknown): string {
  return error instanceof TelepiError ? error.code.toLowerCase() : 'internal';
}

/** So many messages in a row that fail for one reason are no trouble of those messages. */
export const MAX_SAME_FAILURES = 10;

/** Errors of ours that one message can have. All others (no network, full disk, not signed in) stop the run. */
const OWN_CODES: Readonly<Record<string, CloneVerdict>> = {
  MESSAGE_GONE: 'deleted',
  SENT_UNKNOWN: 'already_sent',
  EMPTY_FILE: 'message',
  SIZE_MISMATCH: 'message',
  PART_SIZE_MISMATCH: 'message',
  FILE_TOO_LARGE: 'message',
  TEXT_TOO_LONG: 'message',
  CAPTION_TOO_LONG: 'message',
  PARTS_LOST: 'message',
};

/** Refusals that concern the account, the chat or the topic, not what is sent. */
const RUN_REFUSALS: readonly RegExp[] = [
  // The account and its session.
  /^(AUTH_KEY|SESSION|USER_DEACTIVATED|INPUT_USER_DEACTIVATED)/,
  /^(PEER_FLOOD|FROZEN_METHOD_INVALID|BOT_METHOD_INVALID|API_ID|CONNECTION_)/,
  /^(PREMIUM_ACCOUNT_REQUIRED|ALLOW_PAYMENT_REQUIRED|BALANCE_TOO_LOW|PRIVACY_PREMIUM_REQUIRED)/,
  // The chat, and what this account may do in it.
  /^(CHANNEL|CHAT|PEER_ID|USER_ID|INPUT_CHANNEL|INPUT_PEER|MSG_ID|GROUP)_.*INVALID$/,
  /^(CHANNEL_PRIVATE|CHANNEL_PUBLIC_GROUP_NA|CHANNEL_FORUM_MISSING|CHANNEL_MONOFORUM_UNSUPPORTED)$/,
  /^(CHAT_WRITE_FORBIDDEN|CHAT_ADMIN_REQUIRED|CHAT_RESTRICTED|CHAT_FORBIDDEN|CHAT_GUEST_SEND_FORBIDDEN)$/,
  /^(CHAT_FORWARDS_RESTRICTED|CHAT_NOT_MODIFIED)$/,
  /^(USER_BANNED_IN_CHANNEL|USER_IS_BLOCKED|YOU_BLOCKED_USER|USER_IS_BOT|USER_NOT_PARTICIPANT)$/,
  /^(RIGHT_FORBIDDEN|SEND_AS_PEER_INVALID|USER_RESTRICTED|USER_PRIVACY_RESTRICTED)$/,
  // The topic that the message should land in.
  /^(TOPIC_|REPLY_MESSAGE_ID_INVALID|REPLY_TO_INVALID|MSG_WAIT)/,
];

function wireOf(error: TelepiError): string | undefined {
  return 'errorMessage' in error && typeof error.errorMessage === 'string' ? error.errorMessage : undefined;
}
