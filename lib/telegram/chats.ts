import { Api } from 'telegram/tl/index.js';
import { UsageError } from '../base/errors.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { classify } from '../refusals/classify.js';
import { isUnknownMethod, NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import type { AccountFacts, Caller, PatientCaller } from './caller.js';
import { type Chat, type ListedChat, listedChatOf } from './chat.js';
import type { ChatRef } from './chat-ref.js';
import { DialogPages, DialogSearch } from './dialog-search.js';
import { readDialogs } from './dialogs.js';
import {
  type FormerGroup,
  formerGroup,
  formerGroupOf,
  isUpgraded,
  supergroupOf,
  type UpgradedGroup,
} from './former-group.js';
import { type KnownChat, knownPeer, rediscover } from './known-chats.js';
import { toLong } from './long.js';
import { withProtection } from './private-protection.js';

export interface SearchOptions {
  /** Of this account, where more than one chat is looked for. */
  readonly dialogs?: DialogPages | undefined;
  /** What an earlier run knew of the chat: if that still holds, there is no search. */
  readonly known?: KnownChat | undefined;
  /** The account's user id, as an earlier run knew it. */
  readonly selfId?: number | undefined;
  /** Called as soon as the chat can be referred to; again if it is found to be another. It may still be refused. */
  readonly onFound?: ((chat: Pick<Chat, 'id' | 'peer'>) => void) | undefined;
}

/**
 * Finds a chat; a basic group's id leads to the supergroup that it has become. Ids are looked up among the account's
 * dialogs, since a request needs their access hash too; names likewise, and then asked for (contacts.resolveUsername).
 * @throws UsageError that says what to do: UNKNOWN_CHAT, and CHAT_OUT_OF_REACH for one that is known and can't be used.
 */
export async function resolveChat(
  client: PatientCaller & AccountFacts,
  ref: ChatRef,
  signal: AbortSignal,
  { dialogs, known, selfId, onFound }: SearchOptions = {},
): Promise<Chat> {
  if (ref.kind === 'me') {
    if (selfId !== undefined) onFound?.({ id: selfId, peer: new Api.InputPeerSelf() });
    const saved = await savedMessages(client, signal);
    if (saved.id !== selfId) onFound?.(saved);
    return saved;
  }
  if (known) {
    onFound?.({ id: known.id, peer: knownPeer(known) });
    const again = await chatAsKnown(client, ref, known, signal);
    if (again) return again;
  }
  const pages = dialogs ?? new DialogPages(client, signal);
  try {
    const look = { signal, pages };
    const chat =
      ref.kind === 'username'
        ? await chatByName(client, ref.username, look)
        : await chatById(client, ref.id, look);
    const found = usable(chat);
    onFound?.(found);
    return await withProtection(client, await withFormerGroup(client, found, signal), signal);
  } finally {
    if (pages !== dialogs) pages.close();
  }
}

function usable(chat: ListedChat): Chat {
  const { id, title, type, unusable } = chat;
  if (unusable === undefined) return chat;
  throw new UsageError('CHAT_OUT_OF_REACH', `The ${type} "${title}" (${id}) can't be used: ${unusable}.`, {
    fields: { chat: id, title, reason: unusable },
  });
}

/** The chat by its known hash, if it can be used and is still the one that the user names. */
async function chatAsKnown(
  client: PatientCaller,
  ref: ChatRef,
  known: KnownChat,
  signal: AbortSignal,
): Promise<Chat | undefined> {
  const { entity, former } = (await rediscover(client, known, signal)) ?? {};
  if (!entity || (ref.kind === 'username' && !hasName(entity, ref.username))) return undefined;
  const chat = listedChatOf(entity);
  if (chat.unusable !== undefined) return undefined;
  return former === 'unasked' ? withFormerGroup(client, chat, signal) : joinedWith(chat, former);
}

/** A supergroup that was a basic group, with that. */
async function withFormerGroup(client: PatientCaller, chat: Chat, signal: AbortSignal): Promise<Chat> {
  const { peer, kind } = chat;
  if (!(peer instanceof Api.InputPeerChannel) || kind === 'channel') return chat;
  return joinedWith(chat, (await formerGroupOf(client, peer, signal)) ?? chat.former);
}

/** What was protected in the former group is protected still. */
function joinedWith(chat: Chat, former: FormerGroup | undefined): Chat {
  return former ? { ...chat, former, noforwards: chat.noforwards || former.noforwards } : chat;
}

/**
 * Every chat of the account, archived ones too, in the order of its dialogs; each once. Chats that can't be cloned or
 * written to are among them, with the reason.
 */
export async function* listChats(
  client: Caller,
  signal: AbortSignal,
): AsyncGenerator<ListedChat & { readonly archived: boolean }> {
  const seen = new Set<number>();
  for await (const { peers, archived } of readDialogs(client, signal)) {
    for (const entity of peers) {
      const chat = listedChatOf(entity);
      if (seen.has(chat.id)) continue;
      // Only communities have no id of their own.
      if (chat.id !== 0) seen.add(chat.id);
      yield { ...chat, archived: archived.has(entity) };
    }
  }
}

async function savedMessages({ self }: AccountFacts, signal: AbortSignal): Promise<Chat> {
  return {
    id: Number((await self.get(signal))?.id ?? 0),
    kind: 'user',
    type: 'saved messages',
    title: 'Saved Messages',
    noforwards: false,
    peer: new Api.InputPeerSelf(),
    canPost: true,
    canManageTopics: false,
    managesTopics: false,
  };
}

interface LookOptions {
  readonly signal: AbortSignal;
  readonly pages: DialogPages;
}

/** Pages of dialogs that are looked through before a name is asked for: 500 dialogs. */
const PAGES_BEFORE_ASKING = 5;

/**
 * Among the newest dialogs first: contacts.resolveUsername is refused for hours after some dozens of names. When it is,
 * or when the server doesn't know it, the other dialogs are looked through too before it is waited for.
 */
async function chatByName(
  client: PatientCaller,
  username: string,
  { signal, pages }: LookOptions,
): Promise<ListedChat> {
  const dialogs = new DialogSearch(pages);
  const named = (entity: Api.TypeUser | Api.TypeChat): ListedChat | undefined =>
    hasName(entity, username) ? listedChatOf(entity) : undefined;
  const ask = async (attempt: AbortSignal): Promise<ListedChat | undefined> => {
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
  throw unknownChat(`@${username}`, 'check the spelling, and whether this account may see it');
}

const RESOLVE = 'contacts.resolveUsername';

async function askForName(
  client: PatientCaller,
  username: string,
  signal: AbortSignal,
): Promise<ListedChat | undefined> {
  const request = new Api.contacts.ResolveUsername({ username });
  const found = await client.callOnce(request, { signal, dcId: undefined });
  const id = 'userId' in found.peer ? found.peer.userId : idOfPeer(found.peer);
  const entity = [...found.users, ...found.chats].find((candidate) => String(candidate.id) === String(id));
  return entity && listedChatOf(entity);
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

async function chatById(client: Caller, id: number, { signal, pages }: LookOptions): Promise<ListedChat> {
  const named: ListedChat[] = [];
  const wanted = (entity: Api.TypeUser | Api.TypeChat): ListedChat | undefined => {
    const one = listedChatOf(entity);
    if (bareIdsOf(id).includes(bareIdOf(one.id))) named.push(one);
    return one.id === id ? one : undefined;
  };
  // Under way meanwhile: the first question mostly finds nothing.
  if (id < -CHANNEL_MARK) void pages.page(0);
  const chat = (await chatWithoutHash(client, id, signal)) ?? (await new DialogSearch(pages).find(wanted));
  if (chat) return chat;
  const [other] = named;
  if (other)
    throw unknownChat(String(id), `the ${other.type} "${other.title}" has the id ${other.id}, so write that`);
  const marked = -CHANNEL_MARK - bareIdOf(id);
  const hint = id > -CHANNEL_MARK ? `; a channel's or supergroup's id begins with -100, as ${marked}` : '';
  const fix = `open it in a Telegram app of this account, or copy an id from "telepi chats"${hint}`;
  throw unknownChat(String(id), fix);
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
  client: Caller,
  id: number,
  signal: AbortSignal,
): Promise<ListedChat | undefined> {
  try {
    if (id < -CHANNEL_MARK) {
      const channelId = toLong(-id - CHANNEL_MARK);
      const channel = new Api.InputChannel({ channelId, accessHash: toLong(0) });
      const { chats } = await client.call(new Api.channels.GetChannels({ id: [channel] }), { signal });
      return chats.map(listedChatOf).find((chat) => chat.id === id);
    }
    if (id < 0) {
      const { chats } = await client.call(new Api.messages.GetChats({ id: [toLong(-id)] }), { signal });
      const upgraded = chats.find(isUpgraded);
      if (upgraded) return await upgradedChat(client, upgraded, signal);
      return chats.map(listedChatOf).find((chat) => chat.id === id);
    }
  } catch (error) {
    if (!(error instanceof TelegramError) || error instanceof NoAnswerError) throw error;
  }
  return undefined;
}

/** The supergroup that a group has become; where this account can't see that, what is left to it: its own history. */
async function upgradedChat(client: Caller, group: UpgradedGroup, signal: AbortSignal): Promise<ListedChat> {
  const found = (await supergroupOf(client, group, signal)).map(listedChatOf);
  const now = found.find(({ unusable }) => unusable === undefined);
  return now ? { ...now, former: formerGroup(group, group.id) } : listedChatOf(group);
}

function unknownChat(word: string, fix: string): UsageError {
  return new UsageError('UNKNOWN_CHAT', `No chat ${word} is known to this account: ${fix}.`, {
    fields: { chat: word },
  });
}
