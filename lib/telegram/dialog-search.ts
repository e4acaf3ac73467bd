import type { Api } from 'telegram';
import { TelegramError } from '../refusals/telegram-error.js';
import type { TelepiClient } from './client.js';
import { type DialogPage, readDialogs } from './dialogs.js';

type Entity = Api.TypeUser | Api.TypeChat;

/**
 * Looks through the account's dialogs for the first that is wanted. A search that found nothing goes on, when it is asked
 * again, where it ended. A bot can't list dialogs (BOT_METHOD_INVALID): it has none.
 */
export class DialogSearch {
  readonly #pages: AsyncGenerator<DialogPage>;

  constructor(client: TelepiClient, signal: AbortSignal) {
    this.#pages = readDialogs(client, signal);
  }

  /** `mostPages`: how many requests it may cost; all that there are when missing. */
  async find<T>(
    wanted: (entity: Entity) => T | undefined,
    mostPages = Number.POSITIVE_INFINITY,
  ): Promise<T | undefined> {
    try {
      for (let pages = 0; pages < mostPages; pages += 1) {
        const { done, value } = await this.#pages.next();
        if (done) return undefined;
        for (const entity of value.peers) {
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
