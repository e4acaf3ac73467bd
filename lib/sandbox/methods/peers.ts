import { Api } from 'telegram';
import { fromLong, type Long } from '../tl.js';
import { isIn, mayView } from '../world/chats.js';
import type { Account, Chat } from '../world/model.js';
import { channelPeer, groupPeer, type PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { badRequest } from './context.js';

/**
 * The peer that an InputPeer names, as `me` sees it. PEER_ID_INVALID for one that doesn't exist or has another
 * account's access_hash, CHANNEL_INVALID and CHANNEL_PRIVATE for channels, CHAT_ID_INVALID for basic groups.
 */
export function peerOf(world: World, me: Account, input: unknown): PeerId {
  if (input instanceof Api.InputPeerSelf) return me.id;
  if (input instanceof Api.InputPeerUser) {
    return userWithHash(world, me, input.userId, input.accessHash, 'PEER_ID_INVALID').id;
  }
  if (input instanceof Api.InputPeerChat) return groupOf(world, me, input.chatId).id;
  if (input instanceof Api.InputPeerChannel)
    return channelWithHash(world, me, input.channelId, input.accessHash).id;
  if (input instanceof Api.InputPeerUserFromMessage) {
    return mentionedUser(world, me, input, 'PEER_ID_INVALID').id;
  }
  throw badRequest('PEER_ID_INVALID');
}

/** The channel or supergroup that an InputChannel names. CHANNEL_INVALID, CHANNEL_PRIVATE. */
export function channelOf(world: World, me: Account, input: unknown): Chat {
  if (!(input instanceof Api.InputChannel)) throw badRequest('CHANNEL_INVALID');
  return channelWithHash(world, me, input.channelId, input.accessHash);
}

/** The account that an InputUser names. USER_ID_INVALID. */
export function userOf(world: World, me: Account, input: unknown): Account {
  if (input instanceof Api.InputUserSelf) return me;
  if (input instanceof Api.InputUser) {
    return userWithHash(world, me, input.userId, input.accessHash, 'USER_ID_INVALID');
  }
  if (input instanceof Api.InputUserFromMessage) return mentionedUser(world, me, input, 'USER_ID_INVALID');
  throw badRequest('USER_ID_INVALID');
}

/** The basic group of that id, if `me` is in it. CHAT_ID_INVALID. */
export function groupOf(world: World, me: Account, chatId: Long): Chat {
  const chat = world.chat(groupPeer(Number(fromLong(chatId))));
  if (chat?.kind !== 'group' || !isIn(chat, me.id)) throw badRequest('CHAT_ID_INVALID');
  return chat;
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

/** A bot may leave the hash out, for peers that it can see anyway. */
function fits(world: World, me: Account, peer: PeerId, hash: Long): boolean {
  const given = fromLong(hash);
  return given === world.accessHash(me.id, peer) || (me.kind === 'bot' && given === 0n);
}

/** A user met in a message of a chat that `me` can read: no hash of one's own is needed. */
function mentionedUser(
  world: World,
  me: Account,
  input: Api.InputPeerUserFromMessage | Api.InputUserFromMessage,
  refusal: string,
): Account {
  const peer = peerOf(world, me, input.peer);
  const message = world.messagesWith(me.id, peer).find(({ id }) => id === input.msgId);
  const userId = Number(fromLong(input.userId));
  const account = world.account(userId);
  if (!account || message?.from !== userId) throw badRequest(refusal);
  return account;
}
