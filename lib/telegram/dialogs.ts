import { Api } from 'telegram';
import type { TelepiClient } from './client.js';
import { toLong } from './long.js';

/** The most that messages.getDialogs gives at once. */
const PAGE = 100;

/** One page of dialogs: the chats and users that they are with, in the dialogs' order. */
export interface DialogPage {
  readonly peers: readonly (Api.TypeUser | Api.TypeChat)[];
}

/** All dialogs, archived ones too, page by page (messages.getDialogs). */
export async function* readDialogs(client: TelepiClient, signal: AbortSignal): AsyncGenerator<DialogPage> {
  let offset: Offset | undefined = START;
  const seen = new Set<string>();
  while (offset) {
    const page: Api.messages.TypeDialogs = await client.call(
      new Api.messages.GetDialogs({ ...offset, limit: PAGE, hash: toLong(0) }),
      { signal },
    );
    if (page instanceof Api.messages.DialogsNotModified) return;
    const dialogs: Api.Dialog[] = page.dialogs.filter((dialog) => dialog instanceof Api.Dialog);
    const entities = entitiesByPeer(page);
    const before = seen.size;
    for (const { peer } of dialogs) seen.add(peerKey(peer));
    // A server that only repeats itself would go on for ever.
    if (seen.size === before) return;
    yield { peers: dialogs.flatMap(({ peer }) => entities.get(peerKey(peer)) ?? []) };
    offset = page instanceof Api.messages.DialogsSlice ? nextOffset(page, dialogs, offset) : undefined;
  }
}

interface Offset {
  readonly offsetDate: number;
  readonly offsetId: number;
  readonly offsetPeer: Api.TypeInputPeer;
}

const START: Offset = { offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty() };

/** The page after the last dialog whose newest message is known; undefined when there is nothing behind it. */
function nextOffset(
  page: Api.messages.DialogsSlice,
  dialogs: readonly Api.Dialog[],
  before: Offset,
): Offset | undefined {
  const entities = entitiesByPeer(page);
  for (const { peer, topMessage } of dialogs.toReversed()) {
    const newest = page.messages.find(
      (message) => message.id === topMessage && 'peerId' in message && samePeer(message.peerId, peer),
    );
    const offsetPeer = inputPeerOf(entities.get(peerKey(peer)));
    if (!newest || !('date' in newest) || !offsetPeer) continue;
    const next = { offsetDate: newest.date, offsetId: topMessage, offsetPeer };
    const moved = next.offsetDate !== before.offsetDate || next.offsetId !== before.offsetId;
    return moved ? next : undefined;
  }
  return undefined;
}

type Entity = Api.TypeUser | Api.TypeChat;

function entitiesByPeer(page: {
  users: readonly Api.TypeUser[];
  chats: readonly Api.TypeChat[];
}): Map<string, Entity> {
  const isChannel = (chat: Api.TypeChat): boolean =>
    chat instanceof Api.Channel || chat instanceof Api.ChannelForbidden;
  return new Map<string, Entity>([
    ...page.users.map((user): [string, Entity] => [`user ${user.id}`, user]),
    ...page.chats.map((chat): [string, Entity] => [
      `${isChannel(chat) ? 'channel' : 'chat'} ${chat.id}`,
      chat,
    ]),
  ]);
}

function peerKey(peer: Api.TypePeer): string {
  if (peer instanceof Api.PeerUser) return `user ${peer.userId}`;
  if (peer instanceof Api.PeerChat) return `chat ${peer.chatId}`;
  return `channel ${peer.channelId}`;
}

function samePeer(one: Api.TypePeer | undefined, other: Api.TypePeer): boolean {
  return one !== undefined && peerKey(one) === peerKey(other);
}

function inputPeerOf(entity: Entity | undefined): Api.TypeInputPeer | undefined {
  if (entity instanceof Api.User) {
    return new Api.InputPeerUser({ userId: entity.id, accessHash: entity.accessHash ?? toLong(0) });
  }
  if (entity instanceof Api.Channel || entity instanceof Api.ChannelForbidden) {
    return new Api.InputPeerChannel({ channelId: entity.id, accessHash: entity.accessHash ?? toLong(0) });
  }
  return entity && new Api.InputPeerChat({ chatId: entity.id });
}
