import { Api } from 'telegram';
import { UsageError } from '../base/errors.js';
import { classify } from '../pace/classify.js';
import { CHANNEL_MARK, type ChatRef } from './chat-ref.js';
import type { TelepiClient } from './client.js';
import { DialogSearch } from './dialog-search.js';
import { readDialogs } from './dialogs.js';
import { toLong } from './long.js';
import { isUnknownMethod, TelegramError } from './telegram-error.js';

export { type ChatRef, parseChatRef } from './chat-ref.js';

export type ChatKind = 'user' | 'group' | 'channel' | 'supergroup' | 'forum';

/** A chat that this account can name in a request. */
export interface Chat {
  /** Marked: -100… channel, supergroup or forum, -… basic group, positive user. */
  readonly id: number;
  readonly kind: ChatKind;
  readonly title: string;
  readonly username?: string;
  /** Its owner doesn't want content to be copied. */
  readonly noforwards: boolean;
  readonly peer: Api.TypeInputPeer;
  /** Whether this account may post; undefined when only trying would tell. */
  readonly canPost: boolean | undefined;
  /** Whether this account may create topics; undefined when only trying would tell. */
  readonly canManageTopics: boolean | undefined;
}

/**
 * Finds a chat. Ids are looked up among the account's dialogs, since a request needs their access hash too; names
 * likewise, and then asked for (contacts.resolveUsername).
 * @throws UsageError UNKNOWN_CHAT that says what to do.
 */
export async function resolveChat(client: TelepiClient, ref: ChatRef, signal: AbortSignal): Promise<Chat> {
  if (ref.kind === 'me') return savedMessages(client, signal);
  return ref.kind === 'username'
    ? chatByName(client, ref.username, signal)
    : chatById(client, ref.id, signal);
}

/** Every chat of the account, in the order of its dialogs; each once. */
export async function* listChats(client: TelepiClient, signal: AbortSignal): AsyncGenerator<Chat> {
  const seen = new Set<number>();
  for await (const { peers } of readDialogs(client, signal)) {
    for (const entity of peers) {
      const chat = chatOf(entity);
      if (!chat || seen.has(chat.id)) continue;
      seen.add(chat.id);
      yield chat;
    }
  }
}

/** The chat that a TL user, chat or channel is; undefined for one that can't be used: deleted, left, upgraded. */
export function chatOf(entity: Api.TypeUser | Api.TypeChat): Chat | undefined {
  if (entity instanceof Api.User) return userChat(entity);
  if (entity instanceof Api.Chat) return groupChat(entity);
  return entity instanceof Api.Channel ? channelChat(entity) : undefined;
}

async function savedMessages(client: TelepiClient, signal: AbortSignal): Promise<Chat> {
  const users = await client.call(new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }), { signal });
  const id = Number(users[0]?.id ?? 0);
  return {
    id,
    kind: 'user',
    title: 'Saved Messages',
    noforwards: false,
    peer: new Api.InputPeerSelf(),
    canPost: true,
    canManageTopics: false,
  };
}

/** Pages of dialogs that are looked through before a name is asked for: 500 dialogs. */
const PAGES_BEFORE_ASKING = 5;

/**
 * Among the newest dialogs first: contacts.resolveUsername is refused for hours after some dozens of names. When it is,
 * or when the server doesn't know it, the other dialogs are looked through too before it is waited for.
 */
async function chatByName(client: TelepiClient, username: string, signal: AbortSignal): Promise<Chat> {
  const dialogs = new DialogSearch(client, signal);
  const named = (entity: Api.TypeUser | Api.TypeChat): Chat | undefined =>
    hasName(entity, username) ? chatOf(entity) : undefined;
  const ask = async (attempt: AbortSignal): Promise<Chat | undefined> => {
    try {
      return await askForName(client, username, attempt);
    } catch (error) {
      if (!isUnknownMethod(error) && classify(error).kind !== 'flood') throw error;
      const known = await dialogs.find(named);
      if (known || isUnknownMethod(error)) return known;
      throw error;
    }
  };
  const chat =
    (await dialogs.find(named, PAGES_BEFORE_ASKING)) ??
    (await client.patience.run(RESOLVE, ask, signal).catch((error: unknown) => {
      const wire = error instanceof TelegramError ? error.errorMessage : '';
      if (/^USERNAME_(NOT_OCCUPIED|INVALID)$/.test(wire)) return undefined;
      throw error;
    }));
  if (chat) return chat;
  throw unknownChat(`@${username}`, 'check the spelling, and that this account may see it');
}

const RESOLVE = 'contacts.resolveUsername';

async function askForName(
  client: TelepiClient,
  username: string,
  signal: AbortSignal,
): Promise<Chat | undefined> {
  const request = new Api.contacts.ResolveUsername({ username });
  const found = await client.callOnce(request, { signal, dcId: undefined });
  const id = 'userId' in found.peer ? found.peer.userId : idOfPeer(found.peer);
  const entity = [...found.users, ...found.chats].find((candidate) => String(candidate.id) === String(id));
  return entity && chatOf(entity);
}

/** Names that were bought stand in `usernames`, those in use as active. */
function hasName(entity: Api.TypeUser | Api.TypeChat, username: string): boolean {
  if (!(entity instanceof Api.User || entity instanceof Api.Channel)) return false;
  const active = entity.usernames?.filter((name) => name.active).map((name) => name.username) ?? [];
  return [entity.username, ...active].some((name) => name?.toLowerCase() === username.toLowerCase());
}

function idOfPeer(peer: Api.PeerChat | Api.PeerChannel): unknown {
  return 'channelId' in peer ? peer.channelId : peer.chatId;
}

async function chatById(client: TelepiClient, id: number, signal: AbortSignal): Promise<Chat> {
  const named: Chat[] = [];
  const wanted = (entity: Api.TypeUser | Api.TypeChat): Chat | undefined => {
    const one = chatOf(entity);
    if (one && bareIdsOf(id).includes(bareIdOf(one.id))) named.push(one);
    return one?.id === id ? one : undefined;
  };
  const chat =
    (await chatWithoutHash(client, id, signal)) ?? (await new DialogSearch(client, signal).find(wanted));
  if (chat) return chat;
  const [other] = named;
  if (other)
    throw unknownChat(String(id), `the ${other.kind} "${other.title}" has the id ${other.id}, so write that`);
  const marked = -CHANNEL_MARK - bareIdOf(id);
  const hint = id > -CHANNEL_MARK ? `; a channel's or supergroup's id begins with -100, as ${marked}` : '';
  const mend = `open it in a Telegram app of this account, or take an id from "telepi chats"${hint}`;
  throw unknownChat(String(id), mend);
}

/** An id without its mark. */
function bareIdOf(id: number): number {
  return id < -CHANNEL_MARK ? -id - CHANNEL_MARK : Math.abs(id);
}

/** What an id may mean when it has the wrong mark, or -100 put in front of a short number. */
function bareIdsOf(id: number): readonly number[] {
  const behindMark = /^-100(\d+)$/.exec(String(id))?.[1];
  return [bareIdOf(id), ...(behindMark === undefined ? [] : [Number(behindMark)])];
}

/** Basic groups have no access hash; bots may leave out that of channels they are in. */
async function chatWithoutHash(
  client: TelepiClient,
  id: number,
  signal: AbortSignal,
): Promise<Chat | undefined> {
  try {
    if (id < -CHANNEL_MARK) {
      const channelId = toLong(-id - CHANNEL_MARK);
      const channel = new Api.InputChannel({ channelId, accessHash: toLong(0) });
      const { chats } = await client.call(new Api.channels.GetChannels({ id: [channel] }), { signal });
      return chats.map(chatOf).find((chat) => chat?.id === id);
    }
    if (id < 0) {
      const { chats } = await client.call(new Api.messages.GetChats({ id: [toLong(-id)] }), { signal });
      refuseUpgraded(chats, id);
      return chats.map(chatOf).find((chat) => chat?.id === id);
    }
  } catch (error) {
    if (!(error instanceof TelegramError)) throw error;
  }
  return undefined;
}

function refuseUpgraded(chats: readonly Api.TypeChat[], id: number): void {
  for (const chat of chats) {
    if (!(chat instanceof Api.Chat && chat.migratedTo instanceof Api.InputChannel)) continue;
    const now = -CHANNEL_MARK - Number(chat.migratedTo.channelId);
    throw unknownChat(String(id), `the group has become the supergroup ${now}: use that id`);
  }
}

function unknownChat(word: string, mend: string): UsageError {
  return new UsageError('UNKNOWN_CHAT', `No chat ${word} is known to this account: ${mend}.`, {
    fields: { chat: word },
  });
}

function userChat(user: Api.User): Chat | undefined {
  if (user.deleted || user.min || !(user.self || user.accessHash)) return undefined;
  const title = [user.firstName, user.lastName].filter(Boolean).join(' ') || 'User';
  const username = user.username ?? activeUsername(user.usernames);
  return {
    id: Number(user.id),
    kind: 'user',
    title: user.self ? 'Saved Messages' : title,
    ...(username ? { username } : {}),
    noforwards: false,
    peer: user.self
      ? new Api.InputPeerSelf()
      : new Api.InputPeerUser({ userId: user.id, accessHash: user.accessHash ?? toLong(0) }),
    canPost: true,
    canManageTopics: false,
  };
}

function groupChat(group: Api.Chat): Chat | undefined {
  if (group.deactivated || group.migratedTo || group.left) return undefined;
  const free = group.creator === true || group.adminRights !== undefined;
  return {
    id: -Number(group.id),
    kind: 'group',
    title: group.title,
    noforwards: group.noforwards === true,
    peer: new Api.InputPeerChat({ chatId: group.id }),
    canPost: free || group.defaultBannedRights?.sendMessages !== true,
    canManageTopics: false,
  };
}

function channelChat(channel: Api.Channel): Chat | undefined {
  if (channel.min) return undefined;
  const username = channel.username ?? activeUsername(channel.usernames);
  return {
    id: -CHANNEL_MARK - Number(channel.id),
    kind: kindOf(channel),
    title: channel.title,
    ...(username ? { username } : {}),
    noforwards: channel.noforwards === true,
    peer: new Api.InputPeerChannel({ channelId: channel.id, accessHash: channel.accessHash ?? toLong(0) }),
    canPost: mayPost(channel),
    canManageTopics: mayManageTopics(channel),
  };
}

function kindOf(channel: Api.Channel): ChatKind {
  if (channel.forum) return 'forum';
  return channel.megagroup || channel.gigagroup ? 'supergroup' : 'channel';
}

function mayPost(channel: Api.Channel): boolean | undefined {
  if (channel.creator) return true;
  if (kindOf(channel) === 'channel') return channel.adminRights?.postMessages === true;
  if (channel.adminRights) return true;
  // A public group may let outsiders write.
  if (channel.left) return channel.joinToSend ? false : undefined;
  return !(channel.bannedRights?.sendMessages || channel.defaultBannedRights?.sendMessages);
}

function mayManageTopics(channel: Api.Channel): boolean | undefined {
  if (!channel.forum) return false;
  if (channel.creator || channel.adminRights?.manageTopics) return true;
  if (channel.left) return undefined;
  return !(channel.bannedRights?.manageTopics || channel.defaultBannedRights?.manageTopics);
}

function activeUsername(usernames: readonly Api.TypeUsername[] | undefined): string | undefined {
  return usernames?.find((name) => name.active)?.username;
}
