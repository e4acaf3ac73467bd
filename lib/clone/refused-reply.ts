import type { Reduction } from '../messages/losses.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { ReplyTo } from '../telegram/send.js';

/** Telegram doesn't let a copy answer what it should answer: nothing was sent. */
export class ReplyRefused extends Error {
  constructor(cause: unknown) {
    super('The reply was refused.', { cause });
    this.name = 'ReplyRefused';
  }
}

/** The answered message has been deleted or may not be answered, or what is said of it isn't found in it. */
export function isAboutReply(error: unknown, { peer, detail }: ReplyTo): boolean {
  if (!(error instanceof TelegramError)) return false;
  const wire = error.errorMessage;
  // Without access to the target chat itself, the same refusal comes again once the reply is left out.
  if (peer && ABOUT_PEER.test(wire)) return true;
  return ABOUT_REPLY.test(wire) || (detail !== undefined && wire === ABOUT_DETAIL);
}

/** What is left of a reply without what was refused, and the name of the loss. */
export function withoutRefused(
  replyTo: ReplyTo,
  error: unknown,
): { readonly replyTo?: ReplyTo; readonly loss: Reduction } {
  const wire = error instanceof TelegramError ? error.errorMessage : '';
  const { quote, detail, ...rest } = replyTo;
  if (wire.startsWith('QUOTE_') && quote)
    return { replyTo: { ...rest, ...(detail && { detail }) }, loss: 'quote' };
  if (wire === ABOUT_DETAIL && detail)
    return { replyTo: { ...rest, ...(quote && { quote }) }, loss: 'reply_detail' };
  return { loss: 'reply' };
}

const ABOUT_DETAIL = 'POLL_OPTION_INVALID';
const ABOUT_REPLY = /^(?:REPLY_MESSAGE_ID_INVALID|REPLY_TO_INVALID|QUOTE_TEXT_INVALID)$/;
const ABOUT_PEER = /^(?:(?:PEER|CHAT|MSG)_ID_INVALID|CHANNEL_(?:INVALID|PRIVATE)|CHAT_FORWARDS_RESTRICTED)$/;
