import { Api } from 'telegram/tl/index.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import { readTl } from '../../telegram/tl-reader.js';

/**
 * The message that stored TL is, or why it can't be posted: this version of TelePi doesn't know its constructors, or Telegram
 * had shown only the first blocks of a long rich message. Its files lie in the archive: see `KEPT_DC`.
 */
export function messageOf(tl: Buffer, id: number): HistoryMessage | 'unreadable' | 'cut_rich' {
  const message = readTl(tl);
  if (!(message instanceof Api.Message || message instanceof Api.MessageService) || message.id !== id)
    return 'unreadable';
  if (message instanceof Api.Message && message.richMessage?.part) return 'cut_rich';
  putFilesInArchive(message);
  return message;
}

/** In place of the DC of a file that is read from where it was kept. Telegram has no DC of that number. */
export const KEPT_DC = 0x7e1e;

function putFilesInArchive(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof Api.Photo || value instanceof Api.Document) value.dcId = KEPT_DC;
  // The library keeps the same parts under this key once more.
  for (const [key, each] of Object.entries(value)) if (key !== 'originalArgs') putFilesInArchive(each);
}
