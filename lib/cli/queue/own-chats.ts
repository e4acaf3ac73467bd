import { UsageError } from '../../base/errors.js';
import type { ChatRef } from '../../telegram/chat-ref.js';

/**
 * For a job of any account: refuses `me`, which would be a different chat to each of them.
 * @throws UsageError CONTRADICTION
 */
export function refuseOwnChats(chats: readonly ChatRef[]): void {
  if (!chats.some(({ kind }) => kind === 'me')) return;
  throw new UsageError(
    'CONTRADICTION',
    '"me" is the Saved Messages of whoever does the job, and with --any-account another account may do it: name another chat, or leave out --any-account.',
  );
}
