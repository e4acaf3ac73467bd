import type { Chat } from '../../telegram/chat.js';
import type { TelepiClient } from '../../telegram/client.js';
import { historyCount, readHistory } from '../../telegram/history.js';
import type { Outcome } from './finding.js';

/** Reads the oldest message, because a run begins with it. */
export async function readSource(client: TelepiClient, chat: Chat, signal: AbortSignal): Promise<Outcome> {
  let first: number | undefined;
  for await (const message of readHistory(client, chat, { afterId: 0 }, signal)) {
    first = message.id;
    break;
  }
  if (first === undefined) return `${words(chat)} can be read, and is empty`;
  const total = await historyCount(client, chat, signal);
  return `${words(chat)} can be read: ${total} messages, the first is ${first}`;
}

function words(chat: Chat): string {
  return `${chat.title} (${chat.type ?? chat.kind} ${chat.id})`;
}
