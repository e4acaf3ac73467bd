import { CHATS } from './rules/chats.js';
import { ruleFor } from './table.js';
import { NoAnswerError, TelegramError } from './telegram-error.js';

/**
 * Why this account can't read a chat, as the rest of a sentence; undefined for an error that says nothing of the chat, and
 * that a read of another chat would meet, too.
 */
export function unreadableBecause(error: unknown): string | undefined {
  if (!(error instanceof TelegramError) || error instanceof NoAnswerError) return undefined;
  const rule = ruleFor(error.errorMessage, error.rpcCode);
  const isOfReads = rule.on === 'any' || rule.on === 'read';
  if (!isOfReads || rule.action !== 'run' || !CHATS.includes(rule)) return undefined;
  const { sentence } = rule;
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')} (${error.errorMessage})`;
}
