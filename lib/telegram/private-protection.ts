import { Api } from 'telegram/tl/index.js';
import type { PatientCaller } from './caller.js';
import type { Chat } from './chat.js';

/**
 * A private chat with a person as protected as it is: either side may have restricted its content, which only
 * users.getFullUser shows (core.telegram.org/api/content-protection). Chats with bots can't be restricted.
 */
export async function withProtection(client: PatientCaller, chat: Chat, signal: AbortSignal): Promise<Chat> {
  const { peer, type } = chat;
  if (!(peer instanceof Api.InputPeerUser) || type === 'bot') return chat;
  const id = new Api.InputUser({ userId: peer.userId, accessHash: peer.accessHash });
  const { fullUser } = await client.call(new Api.users.GetFullUser({ id }), { signal });
  const noforwards = fullUser.noforwardsMyEnabled === true || fullUser.noforwardsPeerEnabled === true;
  return { ...chat, noforwards };
}
