import { Api } from 'telegram/tl/index.js';
import type { Caller } from './caller.js';
import { toLong } from './long.js';

/** The most dialogs that messages.getDialogs returns at once. */
const PAGE = 100;

/** One page of dialogs: their chats and users, in the dialogs' order. */
export interface DialogPage {
  readonly peers: readonly Entity[];
  /** The archived ones among them. */
  readonly archived: ReadonlySet<Entity>;
}

/** The folder of archived dialogs (core.telegram.org/api/folders#peer-folders). */
const ARCHIVE = 1;

/**
 * All dialogs, page by page (messages.getDialogs, which without a folder_id lists those of every folder). A dialog
 * whose chat the server doesn't describe comes as an empty one.
 */
export async function* readDialogs(client: Caller, signal: AbortSignal): AsyncGenerator<DialogPage> {
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
    for (const dialog of page.dialogs) seen.add(dialogKey(dialog));
    // A server that only repeats itself would never end.
    if (seen.size === before) return;
    yield pageOf(page.dialogs, entities);
    offset = page instanceof Api.messages.DialogsSlice ? nextOffset(page, dialogs, offset) : undefined;
  }
}

function pageOf(dialogs: readonly Api.TypeDialog[], entities: ReadonlyMap<string, Entity>): DialogPage {
  const archived = new Set<Entity>();
  const peers = dialogs.flatMap((dialog) => {
    // A folder holds dialogs that are listed by themselves.
    if (dialog instanceof Api.DialogFolder) return [];
    const entity = entities.get(dialogKey(dialog)) ?? emptyOf(dialog);
    if (dialog instanceof Api.Dialog && dialog.folderId === ARCHIVE) archived.add(entity);
    return [entity];
  });
  return { peers, archived };
}

/** Stands for a chat that the answer names but doesn't describe. */
function emptyOf(dialog: Api.Dialog | Api.DialogCommunity): Entity {
  if (dialog instanceof Api.DialogCommunity) {
    return new Api.CommunityForbidden({ id: dialog.communityId, title: 'Community' });
  }
  const { peer } = dialog;
  if (peer instanceof Api.PeerUser) return new Api.UserEmpty({ id: peer.userId });
  if (peer instanceof Api.PeerChat) return new Api.ChatEmpty({ id: peer.chatId });
  return new Api.ChannelForbidden({ id: peer.channelId, accessHash: toLong(0), title: 'Unknown' });
}

function dialogKey(dialog: Api.TypeDialog): string {
  if (dialog instanceof Api.DialogFolder) return `folder ${dialog.folder.id}`;
  if (dialog instanceof Api.DialogCommunity) return `community ${dialog.communityId}`;
  return peerKey(dialog.peer);
}

interface Offset {
  readonly offsetDate: number;
  readonly offsetId: number;
  readonly offsetPeer: Api.TypeInputPeer;
}

const START: Offset = { offsetDate: 0, offsetId: 0, offsetPeer: new Api.InputPeerEmpty() };

/** The page after the last dialog whose newest message is known; undefined when nothing follows. */
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
  return new Map<string, Entity>([
    ...page.users.map((user): [string, Entity] => [`user ${user.id}`, user]),
    ...page.chats.map((chat): [string, Entity] => [`${wordOf(chat)} ${chat.id}`, chat]),
  ]);
}

function wordOf(chat: Api.TypeChat): 'channel' | 'community' | 'chat' {
  if (chat instanceof Api.Channel || chat instanceof Api.ChannelForbidden) return 'channel';
  return chat instanceof Api.Community || chat instanceof Api.CommunityForbidden ? 'community' : 'chat';
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
  if (entity instanceof Api.Chat || entity instanceof Api.ChatForbidden) {
    return new Api.InputPeerChat({ chatId: entity.id });
  }
  return undefined;
}
