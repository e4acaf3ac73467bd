import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import type { Chat } from './chat.js';
import { toInputChannel } from './history.js';

/** How a group or channel shows itself. */
export interface Profile {
  readonly title: string;
  /** Its description; empty for none. */
  readonly about: string;
  readonly photo: Api.Photo | undefined;
}

/** Reads it (channels.getFullChannel, messages.getFullChat). Not for private chats. */
export async function readProfile(
  client: Caller,
  { peer, title }: Pick<Chat, 'peer' | 'title'>,
  signal: AbortSignal,
): Promise<Profile> {
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.GetFullChannel({ channel: toInputChannel(peer) })
      : new Api.messages.GetFullChat({ chatId: groupOf(peer).chatId });
  const { fullChat, chats } = await client.call(request, { signal });
  if (!(fullChat instanceof Api.ChannelFull || fullChat instanceof Api.ChatFull)) {
    throw new FailedError('PROFILE_UNKNOWN', `Telegram does not describe "${title}": run again.`);
  }
  const named = chats.find(({ id }) => String(id) === String(fullChat.id));
  return {
    title: named && 'title' in named ? named.title : title,
    about: fullChat.about,
    photo: fullChat.chatPhoto instanceof Api.Photo ? fullChat.chatPhoto : undefined,
  };
}

/** Sets a chat's title (channels.editTitle, messages.editChatTitle). Its members get a service message. */
export async function setTitle(
  client: Caller,
  { peer }: Chat,
  title: string,
  signal: AbortSignal,
): Promise<void> {
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.EditTitle({ channel: toInputChannel(peer), title })
      : new Api.messages.EditChatTitle({ chatId: groupOf(peer).chatId, title });
  await unlessSet(client.call(request, { signal }));
}

/** Sets a chat's description (messages.editChatAbout). */
export async function setAbout(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  about: string,
  signal: AbortSignal,
): Promise<void> {
  await unlessSet(client.call(new Api.messages.EditChatAbout({ peer, about }), { signal }));
}

/** Sets or takes away a chat's photo (channels.editPhoto, messages.editChatPhoto). Its members get a service message. */
export async function setPhoto(
  client: Caller,
  { peer }: Chat,
  photo: Api.TypeInputChatPhoto,
  signal: AbortSignal,
): Promise<void> {
  const request =
    peer instanceof Api.InputPeerChannel
      ? new Api.channels.EditPhoto({ channel: toInputChannel(peer), photo })
      : new Api.messages.EditChatPhoto({ chatId: groupOf(peer).chatId, photo });
  await unlessSet(client.call(request, { signal }));
}

function groupOf(peer: Api.TypeInputPeer): Api.InputPeerChat {
  if (peer instanceof Api.InputPeerChat) return peer;
  throw new Error('Only groups and channels have a profile of their own.');
}

async function unlessSet(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isSet = error instanceof TelegramError && SET.has(error.errorMessage);
    if (!isSet) throw error;
  }
}

/** Refusals that say that it is so already. */
const SET: ReadonlySet<string> = new Set(['CHAT_NOT_MODIFIED', 'CHAT_ABOUT_NOT_MODIFIED']);
