import { Api } from 'telegram';
import type { TelepiClient } from './client.js';
import { toLong } from './long.js';

/** A user that this process has seen with an access hash, and so can name in a request; undefined for others. */
export async function knownUser(client: TelepiClient, userId: bigint): Promise<Api.InputUser | undefined> {
  const id = toLong(userId);
  if (!client.entityCache.has(id)) return undefined;
  const peer = client.entityCache.get(id);
  return peer instanceof Api.InputPeerUser
    ? new Api.InputUser({ userId: peer.userId, accessHash: peer.accessHash })
    : undefined;
}
