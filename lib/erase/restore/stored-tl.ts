import { Api } from 'telegram/tl/index.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import { readTl } from '../../telegram/tl-reader.js';

/**
 * The message that stored TL is, or why it can't be posted: this version of TelePi doesn't know its constructors, or Telegram
 * had shown only the first blocks of a long rich message.
 */
export function messageOf(tl: Buffer, id: number): HistoryMessage | 'unreadable' | 'cut_rich' {
  const message = readTl(tl);
  if (!(message instanceof Api.Message || message instanceof Api.MessageService) || message.id !== id)
    return 'unreadable';
  return message instanceof Api.Message && message.richMessage?.part ? 'cut_rich' : message;
}
