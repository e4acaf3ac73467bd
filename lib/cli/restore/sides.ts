import { UsageError } from '../../base/errors.js';
import type { History } from '../../erase/restore/archived-source.js';
import type { Chat } from '../../telegram/chat.js';
import type { ChatRef } from '../../telegram/chat-ref.js';
import { resolveChat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import type { CommandContext } from '../command.js';
import { chatAsKept, chosenMessages } from './chosen.js';
import type { RestoreRequest } from './request.js';

/** From where to where messages are restored. */
export interface RestoreSides {
  /** What the chat is, from Telegram or else from the store. */
  readonly chat: Pick<Chat, 'id' | 'kind' | 'title'> & Partial<Chat>;
  /** The chat on Telegram, if this account can still reach it. */
  readonly onTelegram: Chat | undefined;
  readonly target: Chat;
  /** Whether messages go back into their own chat. */
  readonly isOwn: boolean;
  readonly own: History;
  readonly older: History | undefined;
  readonly limit: number | undefined;
}

interface Options {
  readonly context: CommandContext;
  readonly client: TelepiClient;
  readonly request: RestoreRequest;
  readonly choosing: Parameters<typeof chosenMessages>[0];
  readonly chatId: number;
}

/**
 * Finds the chats, and which messages are meant. A chat that this account can't reach any more is known from the store alone.
 * @throws UsageError as resolveChat does for the target, and RESTORE_NOTHING_KEPT
 */
export async function restoreSides({
  context: { signal, output },
  client,
  request,
  choosing,
  chatId,
}: Options): Promise<RestoreSides> {
  const { plan } = request;
  const ref: ChatRef = chatId === choosing.accountId ? { kind: 'me' } : { kind: 'id', id: chatId };
  const onTelegram = await reachable(client, ref, request, signal);
  const target = request.target ? await resolveChat(client, request.target, signal) : onTelegram;
  if (!target) throw new Error('Without a target, a chat that cannot be reached is an error.');
  // A basic group that was planned may have become a supergroup since: then its messages are the older ones of that.
  const mainId = onTelegram?.id ?? chatId;
  const planned = plan?.chat.older === undefined ? undefined : Number(plan.chat.older);
  const olderId = mainId === chatId ? (planned ?? onTelegram?.former?.id) : chatId;
  const { stored, histories, limit } = await chosenMessages(choosing, mainId, olderId);
  const [own, older] = [mainId, olderId].map((id) => histories.find((each) => each.chatId === id));
  if (!own || (own.ids.length === 0 && !older)) throw nothingKept(chatId);
  if (!onTelegram) {
    output.note(
      `This account can't reach ${chatId} any more: what is there isn't asked, and all that was kept of the selection is posted.`,
    );
  }
  const chat = onTelegram ?? chatAsKept(mainId, stored);
  return { chat, onTelegram, target, isOwn: target.id === mainId, own, older, limit };
}

/** Undefined only where a target was named. */
async function reachable(
  client: TelepiClient,
  ref: ChatRef,
  { target }: RestoreRequest,
  signal: AbortSignal,
): Promise<Chat | undefined> {
  try {
    return await resolveChat(client, ref, signal);
  } catch (error) {
    const isAway = error instanceof UsageError && AWAY.has(error.code);
    if (!isAway || target === undefined) throw error;
    return undefined;
  }
}

const AWAY: ReadonlySet<string> = new Set(['UNKNOWN_CHAT', 'CHAT_OUT_OF_REACH']);

function nothingKept(chatId: number): UsageError {
  return new UsageError(
    'RESTORE_NOTHING_KEPT',
    `TelePi has kept no message of ${chatId} that this would restore: correct the chat or the selection.`,
    { fields: { chat: chatId } },
  );
}
