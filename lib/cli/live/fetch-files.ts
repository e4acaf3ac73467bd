import type { Api } from 'telegram/tl/index.js';
import { PartFile } from '../../base/part-file.js';
import { appendParts } from '../../download/append-parts.js';
import { judge } from '../../download/judge.js';
import { sourceOf } from '../../download/source-of.js';
import type { FileToFetch, FindFiles } from '../../exchange/exported.js';
import { filesOfMessage, type MessageFile } from '../../messages/tl/files-of-message.js';
import type { ByteBudget } from '../../pace/byte-budget.js';
import type { TelepiClient } from '../../telegram/client.js';
import { refuseProtectedMessage } from '../../telegram/protected.js';
import type { CommandContext } from '../command.js';
import type { LiveMessage } from './live-pages.js';

export interface FetchOptions extends Pick<CommandContext, 'clock' | 'log'> {
  readonly client: TelepiClient;
  readonly budget: ByteBudget;
  readonly allowProtected: boolean;
}

/** Finds the files of messages at Telegram, and fetches the ones that are asked for, part by part, within the byte budget. */
export function fetchFiles(options: FetchOptions): FindFiles {
  return async (messages) => {
    const found = new Map<string, FileToFetch>();
    for (const message of messages as readonly LiveMessage[]) {
      if (isProtected(message, options)) continue;
      for (const file of filesOfMessage(message.message)) {
        if (file.file.size > 0 && !found.has(String(file.mediaId)))
          found.set(String(file.mediaId), toFetch(message, file, options));
      }
    }
    return (_, { id }) => found.get(id);
  };
}

/** Its sender forbids to save it, in a chat whose owner doesn't. */
function isProtected(
  { message, chat, document }: LiveMessage,
  { allowProtected, log }: FetchOptions,
): boolean {
  try {
    refuseProtectedMessage(message, chat, allowProtected);
    return false;
  } catch (error) {
    log.warn('protected_message', { chat: chat.id, messageId: document.id, error });
    return true;
  }
}

function toFetch(
  { message, chat }: LiveMessage,
  { spot, mediaId, variant, name, file }: MessageFile,
  { client, budget, clock, log }: FetchOptions,
): FileToFetch {
  const { size } = file;
  const planned = { name: name ?? file.name };
  return {
    size,
    key: `${BigInt.asUintN(64, mediaId).toString(36)}${variant}`,
    async fetch(path, signal, onBytes) {
      // Other kinds of messages hold no files.
      const source = sourceOf({ client }, { chat, message: message as Api.Message, spot, planned });
      const part = await PartFile.open(path, { size, mode: 0o600 }, signal);
      try {
        const sink = {
          get parts() {
            return part.parts;
          },
          append: (bytes: Buffer) => part.append(bytes),
        };
        const progress = ({ bytesUp }: { readonly bytesUp: number }): void => onBytes(bytesUp);
        const reading = { name: planned.name, size, source, budget, signal, clock, onProgress: progress };
        await appendParts(reading, sink);
        return await part.finish();
      } catch (error) {
        await part.keep().catch(() => undefined);
        signal.throwIfAborted();
        if (judge(error) !== 'file') throw error;
        log.warn('file_not_fetched', { chat: chat.id, messageId: message.id, error });
        return undefined;
      } finally {
        await part.close();
      }
    },
  };
}
