import { Api } from 'telegram/tl/index.js';
import { fromLong, type Long } from '../tl.js';
import { hasGroup, mayView } from '../world/chats.js';
import type { Account, Chat } from '../world/model.js';
import { channelPeer, groupPeer, type PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { badRequest } from './context.js';
import { peersNamedBy } from './named-peers.js';

/**
 * The peer that an InputPeer names, as `me` sees it. PEER_ID_INVALID for one that doesn't exist or has another
 * account's access_hash, CHANNEL_INVALID and CHANNEL_PRIVATE for channels, CHAT_ID_INVALID for basic groups.
 *
 * Telegram accepts an InputUser or InputChannel in place of an InputPeer, and vice versa: the constructors carry the
 * same fields. Kurigram relies on it.
 */
export function peerOf(world: World, me: Account, input: unknown): PeerId {
  if (input instanceof Api.InputPeerChat) return groupOf(world, me, input.chatId).id;
  const peer = channelNamed(world, me, input) ?? userNamed(world, me, input, 'PEER_ID_INVALID');
  if (!peer) throw badRequest('PEER_ID_INVALID');
  return peer.id;
}

/** The channel or supergroup that an InputChannel, or an InputPeer, names. CHANNEL_INVALID, CHANNEL_PRIVATE. */
export function channelOf(world: World, me: Account, input: unknown): Chat {
  const chat = channelNamed(world, me, input);
  if (!chat) throw badRequest('CHANNEL_INVALID');
  return chat;
}

/** The account that an InputUser, or an InputPeer, names. USER_ID_INVALID. */
export function userOf(world: World, me: Account, input: unknown): Account {
  const account = userNamed(world, me, input, 'USER_ID_INVALID');
  if (!account) throw badRequest('USER_ID_INVALID');
  return account;
}

/** The basic group of that id, if `me` is in it. CHAT_ID_INVALID. */
export function groupOf(world: World, me: Account, chatId: Long): Chat {
  const chat = world.chat(groupPeer(Number(fromLong(chatId))));
  if (chat?.kind !== 'group' || !hasGroup(chat, me.id)) throw badRequest('CHAT_ID_INVALID');
  return chat;
}

/** Undefined when it names no channel. */
function channelNamed(world: World, me: Account, input: unknown): Chat | undefined {
  if (input instanceof Api.InputChannel || input instanceof Api.InputPeerChannel) {
    return channelWithHash(world, me, input.channelId, input.accessHash);
  }
  if (input instanceof Api.InputChannelFromMessage || input instanceof Api.InputPeerChannelFromMessage) {
    return shownChannel(world, me, input);
  }
  return undefined;
}

/** Undefined when it names no user. */
function userNamed(world: World, me: Account, input: unknown, refusal: string): Account | undefined {
  if (input instanceof Api.InputUserSelf || input instanceof Api.InputPeerSelf) return me;
  if (input instanceof Api.InputUser || input instanceof Api.InputPeerUser) {
    return userWithHash(world, me, input.userId, input.accessHash, refusal);
  }
  if (input instanceof Api.InputUserFromMessage || input instanceof Api.InputPeerUserFromMessage) {
    return mentionedUser(world, me, input, refusal);
  }
  return undefined;
}

function userWithHash(world: World, me: Account, userId: Long, hash: Long, refusal: string): Account {
  const id = Number(fromLong(userId));
  const account = world.account(id);
  if (!account || (id !== me.id && !fits(world, me, id, hash))) throw badRequest(refusal);
  return account;
}

function channelWithHash(world: World, me: Account, channelId: Long, hash: Long): Chat {
  const chat = world.chat(channelPeer(Number(fromLong(channelId))));
  if (!chat || chat.kind === 'group' || !fits(world, me, chat.id, hash)) throw badRequest('CHANNEL_INVALID');
  if (!mayView(chat, me.id)) throw badRequest('CHANNEL_PRIVATE');
  return chat;
}

/** A bot may leave the hash out for peers that it can see anyway. */
function fits(world: World, me: Account, peer: PeerId, hash: Long): boolean {
  const given = fromLong(hash);
  return given === world.accessHash(me.id, peer) || (me.kind === 'bot' && given === 0n);
}

/** A user met in a message of a chat that `me` can read: this doesn't need a hash of the account's own. */
function mentionedUser(
  world: World,
  me: Account,
  input: Api.InputPeerUserFromMessage | Api.InputUserFromMessage,
  refusal: string,
): Account {
  const userId = Number(fromLong(input.userId));
  const account = world.account(userId);
  if (!account || !isShownIn(world, me, input, userId)) throw badRequest(refusal);
  return account;
}

/** A channel met in the same way. CHANNEL_INVALID; CHANNEL_PRIVATE for one that `me` may not read. */
function shownChannel(
  world: World,
  me: Account,
  input: Api.InputPeerChannelFromMessage | Api.InputChannelFromMessage,
): Chat {
  const chat = world.chat(channelPeer(Number(fromLong(input.channelId))));
  if (!chat || chat.kind === 'group' || !isShownIn(world, me, input, chat.id))
    throw badRequest('CHANNEL_INVALID');
  if (!mayView(chat, me.id)) throw badRequest('CHANNEL_PRIVATE');
  return chat;
}

/** Whether a message names a peer: its author, where it was forwarded from, whom it mentions, whose story it shares. */
function isShownIn(
  world: World,
  me: Account,
  { peer, msgId }: { readonly peer: Api.TypeInputPeer; readonly msgId: number },
  named: PeerId,
): boolean {
  const message = world.messagesWith(me.id, peerOf(world, me, peer)).find(({ id }) => id === msgId);
  return message !== undefined && peersNamedBy(message).includes(named);
}
