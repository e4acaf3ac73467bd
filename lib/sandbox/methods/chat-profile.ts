import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { hasRight, isBanned } from '../world/chats.js';
import type { Account, Chat } from '../world/model.js';
import { bareId } from '../world/peer-id.js';
import { ABOUT_LENGTH, TITLE_LENGTH } from './chat-limits.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { channelOf, groupOf, peerOf } from './peers.js';
import { newMessage, updates } from './tl-updates.js';

/** Titles and descriptions of chats. */
export function profileMethods(context: MethodContext): MethodGroup {
  const { world } = context;
  return {
    home: {
      'channels.EditTitle': ({ channel, title }: Api.channels.EditTitle, call) =>
        editTitle(context, channelOf(world, call.me, channel), title, call),
      'messages.EditChatTitle': ({ chatId, title }: Api.messages.EditChatTitle, call) =>
        editTitle(context, groupOf(world, call.me, chatId), title, call),
      'messages.EditChatAbout': (request: Api.messages.EditChatAbout, call) =>
        editAbout(context, request, call),
    },
  };
}

/** CHAT_ADMIN_REQUIRED, CHAT_TITLE_EMPTY, CHAT_NOT_MODIFIED. The chat's members get a service message. */
function editTitle(context: MethodContext, chat: Chat, given: string, { me, caller }: Call): Api.TypeUpdates {
  checkMayChange(chat, me);
  const title = given.trim().slice(0, TITLE_LENGTH);
  if (title === '') throw badRequest('CHAT_TITLE_EMPTY');
  if (title === chat.title) throw badRequest('CHAT_NOT_MODIFIED');
  chat.title = title;
  const note = context.world.post({
    chat: chat.id,
    from: me.id,
    action: { kind: 'chatEditTitle', title },
    originSession: caller.sessionId,
  });
  return updates(
    context,
    me,
    [
      ...(chat.box ? [new Api.UpdateChannel({ channelId: toLong(bareId(chat.id)) })] : []),
      newMessage(context, me, note),
    ],
    [note],
    [chat.id],
  );
}

/** PEER_ID_INVALID for a user, CHAT_ADMIN_REQUIRED, CHAT_ABOUT_TOO_LONG, CHAT_ABOUT_NOT_MODIFIED. */
function editAbout(
  { world }: MethodContext,
  { peer, about }: Api.messages.EditChatAbout,
  { me }: Call,
): boolean {
  const chat = world.chat(peerOf(world, me, peer));
  if (!chat) throw badRequest('PEER_ID_INVALID');
  checkMayChange(chat, me);
  if (about.length > ABOUT_LENGTH) throw badRequest('CHAT_ABOUT_TOO_LONG');
  if (about === chat.about) throw badRequest('CHAT_ABOUT_NOT_MODIFIED');
  chat.about = about;
  world.touch();
  return true;
}

/** Admins with the right, and in groups everybody else unless that is forbidden. */
export function checkMayChange(chat: Chat, me: Account): void {
  const member = chat.members.get(me.id);
  const isFree =
    chat.kind !== 'broadcast' && member?.role === 'member' && !isBanned(chat, member, 'changeInfo');
  if (!isFree && !hasRight(member, 'changeInfo')) throw badRequest('CHAT_ADMIN_REQUIRED');
}
