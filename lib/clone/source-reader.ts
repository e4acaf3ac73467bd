import type { Log } from '../base/log.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { isUnknownMethod, TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { readPages, remainingCount } from '../telegram/history.js';
import { ROOT_SPAN, threadRoot } from '../telegram/thread-root.js';
import { belongsTo } from './source-topic.js';
import { completeStories } from './stories.js';

interface ReaderOptions {
  readonly client: TelepiClient;
  readonly source: Chat;
  /** Reads only this topic or thread. */
  readonly sourceTopic?: number | undefined;
  readonly log: Log;
}

/**
 * Reads what a job clones: the source's history, or one topic or thread of it with its root. A topic is read by itself
 * (messages.getReplies), whatever else the forum holds; if the server doesn't offer that, the topic is picked out of
 * the whole history.
 */
export class SourceReader {
  readonly #options: ReaderOptions;
  /** The topic has to be picked out. */
  #picks = false;
  #root: Promise<readonly HistoryMessage[]> | undefined;
  readonly #rootIds = new Set<number>();
  /** A page that was requested ahead. */
  #first: { readonly afterId: number; readonly page: readonly HistoryMessage[] } | undefined;
  #upTo: number;

  /** `from`: messages up to this id are not read. */
  constructor(options: ReaderOptions, from: number) {
    this.#options = options;
    this.#upTo = from;
  }

  /** The last id of the latest page, including unwanted messages. */
  get upTo(): number {
    return this.#upTo;
  }

  /** Which messages of `pages` are to be cloned. */
  readonly isWanted = (message: HistoryMessage): boolean => {
    const { source, sourceTopic } = this.#options;
    if (sourceTopic === undefined || !this.#picks) return true;
    return belongsTo(message, sourceTopic, source.kind === 'forum') || this.#rootIds.has(message.id);
  };

  /**
   * Reads the first page of a whole history above `afterId`, which `pages` then begins with. Not of a topic or thread: its
   * first page has the root merged into it, so that its last id doesn't say where the next page begins.
   */
  async begin(afterId: number, signal: AbortSignal): Promise<void> {
    if (this.#options.sourceTopic !== undefined) return;
    for await (const page of this.#pages(afterId, signal)) {
      await completeStories(this.#options, page, signal);
      this.#first = { afterId, page };
      return;
    }
  }

  /** Reads the messages with ids above `afterId`, oldest first. */
  async *pages(afterId: number, signal: AbortSignal): AsyncGenerator<readonly HistoryMessage[]> {
    const { page: first } = this.#first?.afterId === afterId ? this.#first : {};
    this.#first = undefined;
    if (first) yield this.#read(first);
    for await (const page of this.#pages(first?.at(-1)?.id ?? afterId, signal)) {
      await completeStories(this.#options, page, signal);
      yield this.#read(page);
    }
  }

  #read(page: readonly HistoryMessage[]): readonly HistoryMessage[] {
    this.#upTo = page.at(-1)?.id ?? this.#upTo;
    return page;
  }

  async *#pages(afterId: number, signal: AbortSignal): AsyncGenerator<readonly HistoryMessage[]> {
    const { client, source, sourceTopic, log } = this.#options;
    let lastId = afterId;
    if (sourceTopic !== undefined && !this.#picks) {
      try {
        for await (const page of this.#threadPages(sourceTopic, afterId, signal)) {
          lastId = page.at(-1)?.id ?? lastId;
          yield page;
        }
        return;
      } catch (error) {
        if (!isNotServed(error)) throw error;
        log.warn('topic_filtered', { sourceTopic, error: error.errorMessage });
        this.#picks = true;
      }
    }
    if (sourceTopic === undefined) {
      yield* readPages(client, source, { afterId }, signal);
      return;
    }
    await this.#rootAfter(lastId, signal);
    // Topics and threads begin with the supergroup: the older history has none.
    yield* readPages(client, source, { afterId: Math.max(lastId, 0) }, signal);
  }

  /** How many messages there are above `afterId`, if the server says so. */
  async count(afterId: number, signal: AbortSignal): Promise<number | undefined> {
    const { client, source, sourceTopic: topicId } = this.#options;
    const count = await remainingCount(client, source, { afterId, topicId }, signal);
    if (count === undefined || topicId === undefined) return count;
    return count + (await this.#rootAfter(afterId, signal)).length;
  }

  /** The root comes with the first answers, because they may have been posted while its album was still arriving. */
  async *#threadPages(
    topicId: number,
    afterId: number,
    signal: AbortSignal,
  ): AsyncGenerator<readonly HistoryMessage[]> {
    const { client, source } = this.#options;
    let root = await this.#rootAfter(afterId, signal);
    for await (const page of readPages(client, source, { afterId, topicId }, signal)) {
      yield merged(root, page);
      root = [];
    }
    if (root.length > 0) yield root;
  }

  async #rootAfter(afterId: number, signal: AbortSignal): Promise<readonly HistoryMessage[]> {
    const { client, source, sourceTopic } = this.#options;
    if (sourceTopic === undefined || afterId >= sourceTopic + ROOT_SPAN) return [];
    this.#root ??= threadRoot(client, source, sourceTopic, signal);
    const root = await this.#root;
    for (const { id } of root) this.#rootIds.add(id);
    return root.filter(({ id }) => id > afterId);
  }
}

/** A server may list the root among the answers too. */
function merged(root: readonly HistoryMessage[], page: readonly HistoryMessage[]): readonly HistoryMessage[] {
  const inPage = new Set(page.map(({ id }) => id));
  const missing = root.filter(({ id }) => !inPage.has(id));
  return missing.length === 0 ? page : [...missing, ...page].sort((one, other) => one.id - other.id);
}

/**
 * core.telegram.org/method/messages.getReplies: MSG_ID_INVALID, TOPIC_ID_INVALID; or the server doesn't know the
 * method.
 */
function isNotServed(error: unknown): error is TelegramError {
  const isUnknownThread =
    error instanceof TelegramError && /^(?:MSG_ID_INVALID|TOPIC_ID_INVALID)$/.test(error.errorMessage);
  return isUnknownThread || isUnknownMethod(error);
}
