import { RpcError } from '../rpc.js';
import { hasRight, isAdmin, isBanned } from './chats.js';
import type { Ban, Chat } from './model.js';
import { GENERAL_TOPIC } from './topics.js';

/** The kinds of content that need different rights to be sent. */
export type ContentKind =
  | 'text'
  | 'photo'
  | 'video'
  | 'round'
  | 'audio'
  | 'voice'
  | 'document'
  | 'sticker'
  | 'gif'
  | 'poll'
  | 'other';

/** For each kind: the right that a ban takes away, and the error for it. */
const SENDING: Readonly<Record<ContentKind, readonly [Ban, string]>> = {
  text: ['sendPlain', 'CHAT_SEND_PLAIN_FORBIDDEN'],
  photo: ['sendPhotos', 'CHAT_SEND_PHOTOS_FORBIDDEN'],
  video: ['sendVideos', 'CHAT_SEND_VIDEOS_FORBIDDEN'],
  round: ['sendRoundvideos', 'CHAT_SEND_ROUNDVIDEOS_FORBIDDEN'],
  audio: ['sendAudios', 'CHAT_SEND_AUDIOS_FORBIDDEN'],
  voice: ['sendVoices', 'CHAT_SEND_VOICES_FORBIDDEN'],
  document: ['sendDocs', 'CHAT_SEND_DOCS_FORBIDDEN'],
  sticker: ['sendStickers', 'CHAT_SEND_STICKERS_FORBIDDEN'],
  gif: ['sendGifs', 'CHAT_SEND_GIFS_FORBIDDEN'],
  poll: ['sendPolls', 'CHAT_SEND_POLL_FORBIDDEN'],
  other: ['sendMedia', 'CHAT_SEND_MEDIA_FORBIDDEN'],
};

/**
 * Whether the account may send messages of these kinds to the chat: CHAT_ADMIN_REQUIRED in a broadcast channel,
 * CHAT_WRITE_FORBIDDEN, CHAT_SEND_*_FORBIDDEN, TOPIC_DELETED, TOPIC_CLOSED, SLOWMODE_WAIT_X. `nowMs`: wall clock.
 */
export function checkMayPost(
  chat: Chat,
  userId: number,
  kinds: readonly ContentKind[],
  { topicId, nowMs }: { readonly topicId: number | undefined; readonly nowMs: number },
): void {
  const member = chat.members.get(userId);
  if (chat.kind === 'broadcast') {
    if (!hasRight(member, 'postMessages')) throw new RpcError(400, 'CHAT_ADMIN_REQUIRED');
    return;
  }
  const isOver = chat.deactivated || (chat.gigagroup && !isAdmin(member));
  if (!member || isOver || isBanned(chat, member, 'sendMessages'))
    throw new RpcError(403, 'CHAT_WRITE_FORBIDDEN');
  for (const kind of kinds) {
    const [ban, refusal] = SENDING[kind];
    if (isBanned(chat, member, ban)) throw new RpcError(403, refusal);
    if (kind !== 'text' && isBanned(chat, member, 'sendMedia'))
      throw new RpcError(403, 'CHAT_SEND_MEDIA_FORBIDDEN');
  }
  if (chat.forum) checkTopicOpen(chat, userId, topicId ?? GENERAL_TOPIC);
  checkSlowMode(chat, userId, nowMs);
}

/** TOPIC_DELETED, and TOPIC_CLOSED for everybody except its author and members who may manage topics. */
function checkTopicOpen(chat: Chat, userId: number, topicId: number): void {
  const topic = chat.topics.get(topicId);
  if (!topic || topic.deleted) throw new RpcError(400, 'TOPIC_DELETED');
  if (topic.closed && topic.creator !== userId && !hasRight(chat.members.get(userId), 'manageTopics')) {
    throw new RpcError(400, 'TOPIC_CLOSED');
  }
}

function checkSlowMode(chat: Chat, userId: number, nowMs: number): void {
  const member = chat.members.get(userId);
  if (!chat.slowmodeSeconds || isAdmin(member) || member?.lastPostMs === undefined) return;
  const leftMs = member.lastPostMs + chat.slowmodeSeconds * 1000 - nowMs;
  if (leftMs > 0) throw new RpcError(420, `SLOWMODE_WAIT_${Math.ceil(leftMs / 1000)}`);
}

/** Topics may be created by members who manage them, and by everybody else unless the chat forbids it. */
export function mayCreateTopics(chat: Chat, userId: number): boolean {
  const member = chat.members.get(userId);
  return (
    hasRight(member, 'manageTopics') || (member?.role === 'member' && !isBanned(chat, member, 'manageTopics'))
  );
}

/** Topics may be edited by members who manage them, and by their author. */
export function mayEditTopic(chat: Chat, userId: number, creator: number): boolean {
  return creator === userId || hasRight(chat.members.get(userId), 'manageTopics');
}
