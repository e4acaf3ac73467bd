import { Api } from 'telegram/tl/index.js';
import { olderId } from '../base/source-ids.js';
import { isRefused } from '../refusals/refused.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { type Peer, readHistory, toInputChannel } from './history.js';
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
 * Does nothing if the message is pinned already, and then says so: if the answer to an earlier call was lost, its note
 * is still there (see `deletePinNotes`).
 */
export async function pinMessage(
  client: Caller,
  chat: Chat,
  id: number,
  signal: AbortSignal,
): Promise<'pinned' | 'was_pinned'> {
  const { peer } = chat;
  const pmOneside = peer instanceof Api.InputPeerUser;
  const request = new Api.messages.UpdatePinnedMessage({ peer, id, silent: true, pmOneside });
  try {
    const note = noteIn(await client.call(request, { signal }), id);
    if (note !== undefined) await deleteNotes(client, chat, [note], signal);
    return 'pinned';
  } catch (error) {
    if (!isRefusal(error, 'CHAT_NOT_MODIFIED')) throw error;
    return 'was_pinned';
  }
}

/** Deletes the notes after the message `afterId` that say that this account has pinned one of these messages. */
export async function deletePinNotes(
  client: Caller,
  chat: Chat,
  { pinned, afterId }: { readonly pinned: ReadonlySet<number>; readonly afterId: number },
  signal: AbortSignal,
): Promise<void> {
  const notes: number[] = [];
  for await (const message of readHistory(client, chat, { afterId }, signal)) {
    const about = noteAbout(message);
    // Nothing is `out` in Saved Messages, where nobody else can pin.
    const isOwn = message.out === true || chat.peer instanceof Api.InputPeerSelf;
    if (isOwn && about !== undefined && pinned.has(about)) notes.push(message.id);
  }
  for (let from = 0; from < notes.length; from += PAGE) {
    await deleteNotes(client, chat, notes.slice(from, from + PAGE), signal);
  }
}

/** The service message that the call itself has made: it answers the pinned message. */
function noteIn(answer: Api.TypeUpdates, pinned: number): number | undefined {
  if (!(answer instanceof Api.Updates || answer instanceof Api.UpdatesCombined)) return undefined;
  for (const update of answer.updates) {
    const isNew = update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage;
    if (isNew && noteAbout(update.message) === pinned) return update.message.id;
  }
  return undefined;
}

/** The message about whose pin a message is a note. */
function noteAbout(message: Api.TypeMessage): number | undefined {
  if (!(message instanceof Api.MessageService)) return undefined;
  const { action, replyTo } = message;
  if (!(action instanceof Api.MessageActionPinMessage)) return undefined;
  return replyTo instanceof Api.MessageReplyHeader ? replyTo.replyToMsgId : undefined;
}

async function deleteNotes(
  client: Caller,
  { peer }: Chat,
  notes: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const id = [...notes];
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.DeleteMessages({ channel: toInputChannel(peer), id })
      : new Api.messages.DeleteMessages({ id, revoke: true });
  try {
    await client.call(request, { signal });
  } catch (error) {
    // The pin is what counts; the notes stay.
    if (!isRefused(error)) throw error;
  }
}

function isRefusal(error: unknown, name: string): boolean {
  return error instanceof TelegramError && error.errorMessage === name;
}
