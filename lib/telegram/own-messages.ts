import { Api } from 'telegram/tl/index.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import type { HistoryMessage } from './history.js';
import { toLong } from './long.js';
import { withWholeRich } from './whole-rich.js';

const PAGE = 100;

/**
 * Messages of a group that Telegram's search finds as this account's own, in pages, the newest first (messages.search with from_id).
 * A search ends before it has found all of many thousands.
 */
export async function* searchOwn(
  client: Caller,
  chat: Pick<Chat, 'peer'>,
  signal: AbortSignal,
): AsyncGenerator<HistoryMessage[]> {
  for (let offsetId = 0; ; ) {
    const found = await client.call(searchRequest(chat.peer, offsetId), { signal });
    const messages = found instanceof Api.messages.MessagesNotModified ? [] : found.messages;
    const older = messages.filter(({ id }) => offsetId === 0 || id < offsetId);
    if (older.length === 0) return;
    offsetId = Math.min(...older.map(({ id }) => id));
    const whole = await withWholeRich(client, chat, older, signal);
    yield whole.filter((message) => !(message instanceof Api.MessageEmpty));
  }
}

function searchRequest(peer: Api.TypeInputPeer, offsetId: number): Api.messages.Search {
  return new Api.messages.Search({
    ...{ peer, q: '', fromId: new Api.InputPeerSelf(), filter: new Api.InputMessagesFilterEmpty() },
    ...{ minDate: 0, maxDate: 0, offsetId, addOffset: 0, limit: PAGE, maxId: 0, minId: 0, hash: toLong(0) },
  });
}
