import { TelegramError } from '../refusals/telegram-error.js';
import type { ReplyTo } from '../telegram/send.js';

/**
 * Whether Telegram has refused something that is done when everything is cloned, so that it counts as a loss and stops
 * nothing. False for waits, lost answers, faults of the server, and a session that has ended.
 */
export function isRefused(error: unknown): error is TelegramError {
  if (!(error instanceof TelegramError)) return false;
  const { rpcCode } = error;
  return rpcCode >= 400 && rpcCode < 500 && rpcCode !== 401 && rpcCode !== 420;
}

/** The answered copy has been deleted in the target, or the quote isn't found in it. */
export function isAboutReply(error: unknown, { peer }: ReplyTo): boolean {
  if (!(error instanceof TelegramError)) return false;
  // Without access to the target chat itself, the same refusal comes again once the reply is left out.
  if (peer && /^(?:(?:PEER|CHAT|MSG)_ID_INVALID|CHAT_FORWARDS_RESTRICTED)$/.test(error.errorMessage))
    return true;
  return /^(REPLY_MESSAGE_ID_INVALID|REPLY_TO_INVALID|QUOTE_TEXT_INVALID)$/.test(error.errorMessage);
}
