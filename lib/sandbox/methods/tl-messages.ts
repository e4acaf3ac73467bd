import { Api } from 'telegram/tl/index.js';
import { tlRichMessage } from '../kinds/rich-message.js';
import { tlFields } from '../kinds/tl-data.js';
import { toLong } from '../tl.js';
import type { Forward, Message, Reply } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import type { MethodContext } from './context.js';
import { present } from './present.js';
import { showingOf } from './showing.js';
import { tlAction } from './tl-actions.js';
import { tlPeer } from './tl-chats.js';
import { tlEntity } from './tl-entities.js';
import { tlMedia } from './tl-media.js';
import { tlReactions } from './tl-reactions.js';

/** A message as `viewer` sees it. */
export function tlMessage(context: MethodContext, viewer: Account, message: Message): Api.TypeMessage {
  const { world } = context;
  const chat = world.chat(message.peer);
  const post = chat?.kind === 'broadcast';
  const common = {
    out: message.sender === viewer.id && message.peer !== viewer.id,
    silent: message.silent,
    post,
    id: message.id,
    fromId: message.from === undefined ? undefined : tlPeer(message.from),
    peerId: tlPeer(message.peer),
    savedPeerId: message.peer === viewer.id ? tlPeer(message.forward?.saved?.peer ?? viewer.id) : undefined,
    replyTo: message.reply && tlReply(context, viewer, message.peer, message.reply),
    date: message.date,
  };
  const scene = showingOf(context, viewer, message);
  const others = message.fields ? tlFields(scene, message.fields) : {};
  if (message.action) {
    const action = tlAction(scene, message.action);
    return new Api.MessageService(present({ ...common, action, ...others }));
  }
  return new Api.Message(
    present({
      ...common,
      noforwards: message.noforwards,
      pinned: message.pinned ?? false,
      fwdFrom: message.forward && tlForward(message.forward),
      invertMedia: message.invertMedia,
      message: message.text,
      media: message.media && tlMedia(context, viewer, message.media, message),
      entities: message.entities.length > 0 ? message.entities.map(tlEntity) : undefined,
      views: post ? 1 : undefined,
      forwards: post ? 0 : undefined,
      postAuthor: authorOf(world, chat, message),
      editDate: message.editDate,
      groupedId: message.groupedId === undefined ? undefined : toLong(message.groupedId),
      reactions: message.reactions && tlReactions(viewer, chat, message),
      richMessage: message.rich && tlRichMessage(scene, message.rich),
      ...others,
    }),
  );
}

/** messageEmpty: there is, or was, no message of that id. */
export function tlNoMessage(id: number, peer?: PeerId): Api.MessageEmpty {
  return new Api.MessageEmpty(present({ id, peerId: peer === undefined ? undefined : tlPeer(peer) }));
}

function tlForward(forward: Forward): Api.MessageFwdHeader {
  const { from, name, date, post, author, imported, psaType, saved } = forward;
  return new Api.MessageFwdHeader(
    present({
      imported,
      savedOut: saved?.out,
      fromId: from === undefined ? undefined : tlPeer(from),
      fromName: name,
      date,
      channelPost: post,
      postAuthor: author,
      savedFromPeer: saved && tlPeer(saved.peer),
      savedFromMsgId: saved?.id,
      savedFromId: saved?.by?.from === undefined ? undefined : tlPeer(saved.by.from),
      savedFromName: saved?.by?.name,
      savedDate: saved?.by?.date,
      psaType,
    }),
  );
}

function tlReply(
  context: MethodContext,
  viewer: Account,
  peer: PeerId,
  reply: Reply,
): Api.MessageReplyHeader {
  if (reply.elsewhere) return foreignReply(context, viewer, reply, reply.elsewhere);
  const chat = context.world.chat(peer);
  return new Api.MessageReplyHeader(
    present({
      forumTopic: reply.forumTopic,
      quote: reply.quote !== undefined,
      replyToMsgId: reply.toId,
      replyToPeerId: chat && namesItself(chat, viewer) ? tlPeer(peer) : undefined,
      replyToTopId: reply.topId,
      ...tlPart(reply),
    }),
  );
}

/**
 * "For replies sent in channel discussion threads of which the current user is not a member, the discussion group ID"
 * (core.telegram.org/constructor/messageReplyHeader).
 */
function namesItself({ discussionOf, members }: Chat, viewer: Account): boolean {
  return discussionOf !== undefined && !members.has(viewer.id);
}

/**
 * A reply to a message of another chat: a viewer who doesn't see it there gets only its author and date (reply_from).
 */
function foreignReply(
  { world }: MethodContext,
  viewer: Account,
  reply: Reply,
  { peer, uid }: NonNullable<Reply['elsewhere']>,
): Api.MessageReplyHeader {
  const { topId, forumTopic, quote } = reply;
  const seen = world.messagesWith(viewer.id, peer).find((message) => message.uid === uid);
  const origin = seen ?? world.messageByUid(uid);
  return new Api.MessageReplyHeader(
    present({
      forumTopic,
      quote: quote !== undefined,
      replyToMsgId: seen?.id,
      replyToPeerId: seen && tlPeer(peer),
      replyFrom: new Api.MessageFwdHeader(
        present({
          date: origin?.date ?? 0,
          fromId: origin?.from === undefined ? undefined : tlPeer(origin.from),
        }),
      ),
      replyToTopId: topId,
      ...tlPart(reply),
    }),
  );
}

/** What of the answered message is answered. */
function tlPart({ quote, task, pollOption }: Reply) {
  return {
    quoteText: quote?.text,
    quoteEntities: quote?.entities?.map(tlEntity),
    quoteOffset: quote?.offset,
    todoItemId: task,
    pollOption,
  };
}

/** post_author: the account that signed a channel's post, or the title of an anonymous admin. */
function authorOf(world: World, chat: Chat | undefined, { from, sender }: Message): string | undefined {
  if (chat?.kind === 'broadcast') return chat.signatures ? nameOf(world.account(sender)) : undefined;
  return chat && from === chat.id ? chat.members.get(sender)?.rank : undefined;
}

function nameOf(account: Account | undefined): string | undefined {
  return account && [account.firstName, account.lastName].filter(Boolean).join(' ');
}
