import { Api } from 'telegram/tl/index.js';
import { isUnknownMethod, TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';

/**
 * The basic group that a supergroup used to be (core.telegram.org/api/channel, "Migration"): a chat of its own, whose
 * history stays with its former members. Nobody can write there any more.
 */
export interface FormerGroup {
  /** Marked: -… */
  readonly id: number;
  readonly title: string;
  readonly peer: Api.InputPeerChat | Api.InputPeerChannel;
  readonly noforwards: boolean;
  /** Whether this account was a member and has its history. */
  readonly readable: boolean;
}

/** The group that channelFull.migrated_from_chat_id names; undefined if the server doesn't say. */
export async function formerGroupOf(
  client: Caller,
  { channelId, accessHash }: Api.InputPeerChannel,
  signal: AbortSignal,
): Promise<FormerGroup | undefined> {
  const channel = new Api.InputChannel({ channelId, accessHash });
  try {
    const { fullChat, chats } = await client.call(new Api.channels.GetFullChannel({ channel }), { signal });
    if (!(fullChat instanceof Api.ChannelFull) || !fullChat.migratedFromChatId) return undefined;
    const chatId = fullChat.migratedFromChatId;
    const named = chats.find((chat) => isGroup(chat) && String(chat.id) === String(chatId));
    return formerGroup(named ?? (await groupById(client, chatId, signal)), chatId);
  } catch (error) {
    if (isUnknownMethod(error)) return undefined;
    throw error;
  }
}

/** `group`: the server's description of it. */
export function formerGroup(group: Api.TypeChat | undefined, chatId: Api.long): FormerGroup {
  const seen = group instanceof Api.Chat ? group : undefined;
  return {
    id: -Number(chatId),
    title: group && 'title' in group ? group.title : '',
    peer: new Api.InputPeerChat({ chatId }),
    noforwards: seen?.noforwards === true,
    readable: seen !== undefined,
  };
}

/** A basic group that has become a supergroup. */
export type UpgradedGroup = Api.Chat & { readonly migratedTo: Api.InputChannel };

export function isUpgraded(chat: Api.TypeChat): chat is UpgradedGroup {
  return chat instanceof Api.Chat && chat.migratedTo instanceof Api.InputChannel;
}

/** The supergroup that a group has become; undefined if this account can't see it. */
export async function supergroupOf(
  client: Caller,
  { migratedTo }: UpgradedGroup,
  signal: AbortSignal,
): Promise<Api.TypeChat[]> {
  try {
    return (await client.call(new Api.channels.GetChannels({ id: [migratedTo] }), { signal })).chats;
  } catch (error) {
    if (error instanceof TelegramError && error.errorMessage.startsWith('CHANNEL_')) return [];
    throw error;
  }
}

async function groupById(
  client: Caller,
  chatId: Api.long,
  signal: AbortSignal,
): Promise<Api.TypeChat | undefined> {
  try {
    const { chats } = await client.call(new Api.messages.GetChats({ id: [chatId] }), { signal });
    return chats.find(isGroup);
  } catch (error) {
    if (error instanceof TelegramError && /^(?:CHAT|PEER)_ID_INVALID$/.test(error.errorMessage))
      return undefined;
    throw error;
  }
}

function isGroup(chat: Api.TypeChat): chat is Api.Chat | Api.ChatForbidden {
  return chat instanceof Api.Chat || chat instanceof Api.ChatForbidden;
}
