import { TelegramError } from './telegram-error.js';

/**
 * Whether Telegram has refused a call for good, so that what it would have done can be left out. False for waits, lost answers, faults of the server, and a session that has ended.
 */
export function isRefused(error: unknown): error is TelegramError {
  if (!(error instanceof TelegramError)) return false;
  const { rpcCode } = error;
  return rpcCode >= 400 && rpcCode < 500 && rpcCode !== 401 && rpcCode !== 420;
}
