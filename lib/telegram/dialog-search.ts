import type { Api } from 'telegram/tl/index.js';
import { linkAbort } from '../base/abort.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import { type DialogPage, readDialogs } from './dialogs.js';

type Entity = Api.TypeUser | Api.TypeChat;

/**
 * The account's dialogs, read once for several searches: a page is requested when the first of them reaches it. Whoever
 * makes it closes it.
 */
export class DialogPages {
  readonly #life: ReturnType<typeof linkAbort>;
  readonly #pages: AsyncGenerator<DialogPage>;
  readonly #asked: Promise<DialogPage | undefined>[] = [];

  constructor(client: Caller, signal: AbortSignal) {
    this.#life = linkAbort(signal);
    this.#pages = readDialogs(client, this.#life.signal);
  }

  /** Page `index`, from 0; undefined after the last. A page that failed fails each time. */
  page(index: number): Promise<DialogPage | undefined> {
    const known = this.#asked[index];
    if (known) return known;
    const asked = this.#pages.next().then(({ done, value }) => (done ? undefined : value));
    // A search that reaches the page gets the error.
    asked.catch(() => {});
    this.#asked[index] = asked;
    return asked;
  }

  /** Ends the requests under way. May be called more than once. */
  close(): void {
    this.#life.abort();
    this.#life.release();
  }
}

/**
 * Looks through the account's dialogs for the first wanted one. A search that found nothing continues where it ended
 * when it is called again. A bot can't list dialogs (BOT_METHOD_INVALID): it has none.
 */
export class DialogSearch {
  readonly #dialogs: DialogPages;
  #next = 0;

  constructor(dialogs: DialogPages) {
    this.#dialogs = dialogs;
  }

  /** `mostPages`: how many requests it may cost; default: as many as there are. */
  async find<T>(
    wanted: (entity: Entity) => T | undefined,
    mostPages = Number.POSITIVE_INFINITY,
  ): Promise<T | undefined> {
    try {
      for (let pages = 0; pages < mostPages; pages += 1) {
        const page = await this.#dialogs.page(this.#next);
        if (!page) return undefined;
        this.#next += 1;
        for (const entity of page.peers) {
          const found = wanted(entity);
          if (found !== undefined) return found;
        }
      }
    } catch (error) {
      if (!(error instanceof TelegramError && error.errorMessage === 'BOT_METHOD_INVALID')) throw error;
    }
    return undefined;
  }
}
