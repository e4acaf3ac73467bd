import { FailedError } from '../../lib/base/errors.js';
import type { RangeHash } from '../../lib/base/file-parts.js';
import { fileOf } from '../../lib/messages/tl/files.js';
import type { Chat } from '../../lib/telegram/chat.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { partSource } from '../../lib/telegram/media.js';
import type { FileMessage } from './real-messages.js';

/** Each place costs two requests: of a larger file only this many places are compared, spread over all of it. */
const MOST_PLACES = 64;
/** The range of one hash of Telegram's upload.getFileHashes. */
const PLACE_BYTES = 1024 * 1024;

/**
 * Compares two files by what the server says about them: length, and SHA-256 of ranges (upload.getFileHashes). Throws a
 * FailedError that says where they differ.
 */
export async function compareFiles(
  client: TelepiClient,
  original: FileMessage & { readonly chat: Chat },
  copy: FileMessage & { readonly chat: Chat },
): Promise<void> {
  const { size } = original.file;
  if (copy.file.size !== size) throw differs(`it has ${copy.file.size} bytes instead of ${size}`);
  const places = Math.ceil(size / PLACE_BYTES);
  const step = Math.max(1, Math.ceil(places / MOST_PLACES));
  for (let place = 0; place < places; place += step) {
    const offset = place * PLACE_BYTES;
    const [wanted, got] = [await hashesOf(client, original, offset), await hashesOf(client, copy, offset)];
    if (wanted.length === 0 || got.length === 0) throw differs(`the server tells no hashes at ${offset}`);
    if (!isSame(wanted, got)) throw differs(`its bytes from ${offset} on are others`);
  }
}

function hashesOf(
  client: TelepiClient,
  { chat, message }: FileMessage & { readonly chat: Chat },
  offset: number,
): Promise<readonly RangeHash[]> {
  return partSource(client, chat, { message, pick: fileOf }).hashes(offset, new AbortController().signal);
}

function isSame(wanted: readonly RangeHash[], got: readonly RangeHash[]): boolean {
  return wanted.every(({ offset, length, sha256 }, nth) => {
    const other = got[nth];
    return other?.offset === offset && other.length === length && other.sha256.equals(sha256);
  });
}

function differs(how: string): FailedError {
  return new FailedError('COPY_DIFFERS', `The copy is not the original: ${how}.`);
}
