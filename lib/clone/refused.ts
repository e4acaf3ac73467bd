import { TelegramError } from '../refusals/telegram-error.js';

/**
 * Whether Telegram has refused something that is done when everything is cloned, so that it counts as a loss and stops
 * nothing. False for waits, lost answers, faults of the server, and a session that has ended.
 */
export function isRefused(error: unknown): error is TelegramError {
  if (!(error instanceof TelegramError)) return false;
  const { rpcCode } = error;
  return rpcCode >= 400 && rpcCode < 500 && rpcCode !== 401 && rpcCode !== 420;
}
