import { Api } from 'telegram';
import { TelegramError } from '../refusals/telegram-error.js';
import type { TelepiClient } from './client.js';

/** help.getConfig with patience, for when its answer at connecting failed; undefined when the server refuses it. */
export async function askConfig(client: TelepiClient): Promise<Api.Config | undefined> {
  try {
    return await client.call(new Api.help.GetConfig(), { signal: client.closing });
  } catch (error) {
    if (error instanceof TelegramError) return undefined;
    throw error;
  }
}
