import type { Account, Chat, Member, WorldState } from './model.js';
import type { PeerId } from './peer-id.js';

/** Whether the member's messages in a supergroup appear as the group's own (chatAdminRights.anonymous). */
export function isAnonymous(chat: Chat, member: Member | undefined): boolean {
  return chat.kind === 'supergroup' && (member?.adminRights.has('anonymous') ?? false);
}

/**
 * The peer that a message appears to be from (from_id): nobody in a broadcast channel; in a supergroup the requested
 * peer (send_as), the member's default (messages.saveDefaultSendAs), the group for an anonymous admin, or the member.
 */
export function appearsAs(chat: Chat, userId: number, asked: PeerId | undefined): PeerId | undefined {
  if (chat.kind === 'broadcast') return undefined;
  const member = chat.members.get(userId);
  return asked ?? member?.sendAs ?? (isAnonymous(chat, member) ? chat.id : userId);
}

/**
 * The peers that the account may send as in a chat (channels.getSendAs): itself, or the group for an anonymous admin,
 * and its channels.
 */
export function sendAsPeers(
  { state }: { readonly state: Pick<WorldState, 'chats'> },
  me: Account,
  chat: Chat | undefined,
): PeerId[] {
  const self = chat && isAnonymous(chat, chat.members.get(me.id)) ? chat.id : me.id;
  if (chat?.kind !== 'supergroup') return [self];
  const own = [...state.chats.values()].filter(
    ({ kind, creator }) => kind === 'broadcast' && creator === me.id,
  );
  return [self, ...own.map(({ id }) => id)];
}
