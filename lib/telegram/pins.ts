import { Api } from 'telegram/tl/index.js';
import { olderId } from '../base/source-ids.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { type Peer, toInputChannel } from './history.js';
import { toLong } from './long.js';

/** The most messages that messages.search returns at once. */
const PAGE = 100;

/**
 * The source ids of a chat's pinned messages in all of its topics, oldest first (messages.search with
 * inputMessagesFilterPinned, which lists them as Telegram's apps show them: by their ids, whenever they were pinned).
 * Those of the basic group that it used to be come first.
 */
export async function pinnedIds(
  client: Caller,
  chat: Pick<Chat, 'peer' | 'former'>,
  signal: AbortSignal,
): Promise<number[]> {
  const { former } = chat;
  const older = former?.readable ? await pinnedIn(client, former, signal) : [];
  return [...older.map(olderId), ...(await pinnedIn(client, chat, signal))];
}

async function pinnedIn(client: Caller, { peer }: Peer, signal: AbortSignal): Promise<number[]> {
  const found = new Set<number>();
  for (let offsetId = 0; ; offsetId = Math.min(...found)) {
    const before = found.size;
    for (const message of await searchPinned(client, peer, offsetId, signal)) found.add(message.id);
    if (found.size === before) return [...found].sort((one, other) => one - other);
  }
}

async function searchPinned(
  client: Caller,
  peer: Api.TypeInputPeer,
  offsetId: number,
  signal: AbortSignal,
): Promise<readonly Api.TypeMessage[]> {
  const filter = new Api.InputMessagesFilterPinned();
  const anyDate = { minDate: 0, maxDate: 0 };
  const page = { offsetId, addOffset: 0, limit: PAGE, minId: 0, maxId: 0, hash: toLong(0) };
  const request = new Api.messages.Search({ peer, q: '', filter, ...anyDate, ...page });
  const answer = await client.call(request, { signal });
  if (answer instanceof Api.messages.MessagesNotModified) return [];
  return answer.messages.filter((message) => !(message instanceof Api.MessageEmpty));
}

/**
 * Pins a message (messages.updatePinnedMessage) without notifying anybody, and in a private chat for this account
 * alone. Groups get a note about it nevertheless (core.telegram.org/api/pin): it is deleted, where that is allowed.
 * Does nothing if the message is pinned already.
 */
export async function pinMessage(client: Caller, chat: Chat, id: number, signal: AbortSignal): Promise<void> {
  const { peer } = chat;
  const pmOneside = peer instanceof Api.InputPeerUser;
  const request = new Api.messages.UpdatePinnedMessage({ peer, id, silent: true, pmOneside });
  try {
    const note = noteIn(await client.call(request, { signal }), id);
    if (note !== undefined) await deleteNote(client, chat, note, signal);
  } catch (error) {
    if (!isRefusal(error, 'CHAT_NOT_MODIFIED')) throw error;
  }
}

/** The service message that the call itself has made: it answers the pinned message. */
function noteIn(answer: Api.TypeUpdates, pinned: number): number | undefined {
  if (!(answer instanceof Api.Updates || answer instanceof Api.UpdatesCombined)) return undefined;
  for (const update of answer.updates) {
    const isNew = update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage;
    if (!isNew || !(update.message instanceof Api.MessageService)) continue;
    const { action, id, replyTo } = update.message;
    const answers = replyTo instanceof Api.MessageReplyHeader ? replyTo.replyToMsgId : undefined;
    if (action instanceof Api.MessageActionPinMessage && answers === pinned) return id;
  }
  return undefined;
}

async function deleteNote(client: Caller, { peer }: Chat, note: number, signal: AbortSignal): Promise<void> {
  const id = [note];
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.DeleteMessages({ channel: toInputChannel(peer), id })
      : new Api.messages.DeleteMessages({ id, revoke: true });
  try {
    await client.call(request, { signal });
  } catch (error) {
    // The pin is what counts; the note stays.
    if (!(error instanceof TelegramError) || error.rpcCode !== 403) throw error;
  }
}

function isRefusal(error: unknown, name: string): boolean {
  return error instanceof TelegramError && error.errorMessage === name;
}
