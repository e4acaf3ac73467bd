import { Api } from 'telegram/tl/index.js';
import { olderId } from '../base/source-ids.js';
import type { FormerGroup } from './former-group.js';

type HistoryMessage = Api.Message | Api.MessageService;

/**
 * A message of the basic group that a supergroup used to be, under its source id; so is the message that it answers.
 */
export function inOlderHistory<M extends HistoryMessage>(message: M, former: FormerGroup): M {
  message.id = olderId(message.id);
  const { replyTo } = message;
  if (!(replyTo instanceof Api.MessageReplyHeader)) return message;
  if (isPeer(replyTo.replyToPeerId, former)) delete replyTo.replyToPeerId;
  if (!replyTo.replyToPeerId) {
    if (replyTo.replyToMsgId) replyTo.replyToMsgId = olderId(replyTo.replyToMsgId);
    if (replyTo.replyToTopId) replyTo.replyToTopId = olderId(replyTo.replyToTopId);
  }
  return message;
}

/**
 * A message of the supergroup. If it answers a message from before the upgrade, it names that message's chat
 * (reply_to_peer_id): for us it answers a message of the same source.
 */
export function acrossHistories<M extends HistoryMessage>(message: M, former: FormerGroup | undefined): M {
  const { replyTo } = message;
  if (!former || !(replyTo instanceof Api.MessageReplyHeader) || !replyTo.replyToMsgId) return message;
  if (!isPeer(replyTo.replyToPeerId, former)) return message;
  delete replyTo.replyToPeerId;
  replyTo.replyToMsgId = olderId(replyTo.replyToMsgId);
  return message;
}

function isPeer(peer: Api.TypePeer | undefined, { id }: FormerGroup): boolean {
  return peer instanceof Api.PeerChat && -Number(peer.chatId) === id;
}
