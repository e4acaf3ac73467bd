import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { type HistoryMessage, readPages } from './history.js';
import { ROOT_SPAN, threadRoot } from './thread-root.js';

interface ThreadOptions {
  /** The id of its root. */
  readonly topicId: number;
  readonly afterId: number;
  /** Default: true. */
  readonly withRoot?: boolean;
}

/**
 * The messages of a topic or thread with ids above `afterId`, oldest first, in pages; the root, which is the first
 * of them, comes with its whole album. None when there is no such topic.
 */
export async function* readThread(
  client: Caller,
  chat: Chat,
  { topicId, afterId, withRoot = true }: ThreadOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly HistoryMessage[]> {
  const all =
    !withRoot || afterId >= topicId + ROOT_SPAN ? [] : await threadRoot(client, chat, topicId, signal);
  let root = all.filter(({ id }) => id > afterId);
  try {
    for await (const page of readPages(client, chat, { afterId, topicId }, signal)) {
      yield merged(root, page);
      root = [];
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isUnknownThread(error)) throw error;
  }
  if (root.length > 0) yield root;
}

/** A server may list the root among the answers too. */
function merged(root: readonly HistoryMessage[], page: readonly HistoryMessage[]): readonly HistoryMessage[] {
  const inPage = new Set(page.map(({ id }) => id));
  const missing = root.filter(({ id }) => !inPage.has(id));
  return missing.length === 0 ? page : [...missing, ...page].sort((one, other) => one.id - other.id);
}

/** core.telegram.org/method/messages.getReplies */
function isUnknownThread(error: unknown): boolean {
  return (
    error instanceof TelegramError &&
    /^(?:MSG_ID_INVALID|TOPIC_ID_INVALID|TOPIC_DELETED)$/.test(error.errorMessage)
  );
}
