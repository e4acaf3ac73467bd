import { olderId } from '../base/source-ids.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { newestBefore } from './history.js';

/**
 * The source id (see source-ids.ts) of the newest message that was sent before `date` (unix seconds), in the chat or in
 * its older history; undefined when there is none. One request, or two.
 */
export async function lastIdBefore(
  client: Caller,
  chat: Pick<Chat, 'peer' | 'former'>,
  date: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  // An offset_date of 0 means none.
  if (date <= 0) return undefined;
  const own = await newestBefore(client, chat, date, signal);
  if (own !== undefined || !chat.former?.readable) return own;
  const older = await newestBefore(client, chat.former, date, signal);
  return older === undefined ? undefined : olderId(older);
}
