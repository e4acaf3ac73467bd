import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { firstIndexFrom } from '../world/box.js';
import { hasGroup, mayView } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Account, Community } from '../world/model.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { Cast } from './cast.js';
import type { Call, MethodContext, MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { present } from './present.js';
import { tlPeer } from './tl-chats.js';
import { tlMessage } from './tl-messages.js';
import { stateOf } from './updates.js';

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;
const MAIN = 0;
const ARCHIVE = 1;

interface DialogEntry {
  readonly peer: PeerId;
  readonly top: Message;
  readonly pinned: boolean;
}

/** The list of chats. */
export function dialogMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.GetDialogs': (request: Api.messages.GetDialogs, call) => getDialogs(context, request, call),
      'messages.GetPinnedDialogs': (_request: Api.messages.GetPinnedDialogs, { me }) =>
        peerDialogs(
          context,
          me,
          dialogsOf(context.world, me).filter(({ pinned }) => pinned),
        ),
      'messages.GetPeerDialogs': (request: Api.messages.GetPeerDialogs, call) =>
        getPeerDialogs(context, request, call),
      'messages.GetDialogFilters': () => new Api.messages.DialogFilters({ filters: [] }),
    },
  };
}

/** Pinned dialogs in their order, then the others by their newest message. */
function dialogsOf(world: World, me: Account): DialogEntry[] {
  const newest = new Map<PeerId, Message>();
  for (const message of me.box.messages) newest.set(message.peer, message);
  for (const chat of world.state.chats.values()) {
    // A removed member of a channel keeps the dialog, with a channelForbidden.
    const top = chat.members.has(me.id) ? chat.box?.messages.at(-1) : undefined;
    if (top) newest.set(chat.id, top);
  }
  const entries = [...newest].map(([peer, top]) => ({ peer, top, pinned: me.pinnedDialogs.includes(peer) }));
  const pinOrder = ({ peer, pinned }: DialogEntry): number =>
    pinned ? me.pinnedDialogs.indexOf(peer) : me.pinnedDialogs.length;
  return entries.sort(
    (a, b) => pinOrder(a) - pinOrder(b) || b.top.date - a.top.date || b.top.id - a.top.id || a.peer - b.peer,
  );
}

function getDialogs(
  context: MethodContext,
  request: Api.messages.GetDialogs,
  { me }: Call,
): Api.messages.TypeDialogs {
  const all = dialogsOf(context.world, me).filter(({ peer }) => isInFolder(me, peer, request.folderId));
  const listed = request.excludePinned ? all.filter(({ pinned }) => !pinned) : all;
  const rest = listed.slice(startOf(context, me, listed, request));
  const page = rest.slice(0, Math.min(request.limit > 0 ? request.limit : DEFAULT_LIMIT, LARGEST_LIMIT));
  const content = contentOf(context, me, page);
  const isFirst = rest.length === listed.length;
  if (isFirst) addToFirstPage(me, request.folderId, content);
  return page.length === listed.length
    ? new Api.messages.Dialogs(content)
    : new Api.messages.DialogsSlice({ count: listed.length, ...content });
}

/** Without a folder_id the dialogs of every folder are listed; 0 is the main list. */
function isInFolder(me: Account, peer: PeerId, folderId: number | undefined): boolean {
  if (folderId === undefined || folderId === null) return true;
  return (me.archived?.has(peer) ?? false) === (folderId === ARCHIVE);
}

/** The archive is an entry of the main list; communities come with the first page. */
function addToFirstPage(
  me: Account,
  folderId: number | undefined,
  { dialogs, chats }: { dialogs: Api.TypeDialog[]; chats: Api.TypeChat[] },
): void {
  const [first] = me.archived ?? [];
  if (folderId === MAIN && first !== undefined) {
    const folder = new Api.Folder({ id: ARCHIVE, title: 'Archived Chats' });
    const counts = { unreadMutedPeersCount: 0, unreadUnmutedPeersCount: 0 };
    const messages = { unreadMutedMessagesCount: 0, unreadUnmutedMessagesCount: 0 };
    dialogs.unshift(
      new Api.DialogFolder({ folder, peer: tlPeer(first), topMessage: 0, ...counts, ...messages }),
    );
  }
  if (folderId === ARCHIVE) return;
  for (const community of me.communities ?? []) {
    const id = toLong(community.id);
    dialogs.push(
      new Api.DialogCommunity({ communityId: id, notifySettings: new Api.PeerNotifySettings({}) }),
    );
    chats.push(tlCommunity(community));
  }
}

function tlCommunity({ id, title, forbidden }: Community): Api.TypeChat {
  if (forbidden) return new Api.CommunityForbidden({ id: toLong(id), title });
  return new Api.Community({
    id: toLong(id),
    accessHash: toLong(1),
    title,
    photo: new Api.ChatPhotoEmpty(),
    date: 0,
  });
}

/**
 * Starts after the dialog of offset_peer; if it isn't listed, after all that are as new as (offset_date, offset_id).
 */
function startOf(
  { world }: MethodContext,
  me: Account,
  listed: readonly DialogEntry[],
  { offsetDate, offsetId, offsetPeer }: Api.messages.GetDialogs,
): number {
  if (!offsetDate && !offsetId && offsetPeer instanceof Api.InputPeerEmpty) return 0;
  if (!(offsetPeer instanceof Api.InputPeerEmpty)) {
    const peer = peerOf(world, me, offsetPeer);
    const index = listed.findIndex((entry) => entry.peer === peer);
    if (index >= 0) return index + 1;
  }
  const index = listed.findIndex(
    ({ top, pinned }) =>
      !pinned &&
      (top.date < offsetDate || (top.date === offsetDate && (offsetId === 0 || top.id < offsetId))),
  );
  return index < 0 ? listed.length : index;
}

function getPeerDialogs(
  context: MethodContext,
  request: Api.messages.GetPeerDialogs,
  { me }: Call,
): Api.messages.PeerDialogs {
  const wanted = new Set(
    request.peers.flatMap((input) =>
      input instanceof Api.InputDialogPeer ? peerOf(context.world, me, input.peer) : [],
    ),
  );
  return peerDialogs(
    context,
    me,
    dialogsOf(context.world, me).filter(({ peer }) => wanted.has(peer)),
  );
}

function peerDialogs(
  context: MethodContext,
  me: Account,
  entries: readonly DialogEntry[],
): Api.messages.PeerDialogs {
  return new Api.messages.PeerDialogs({ ...contentOf(context, me, entries), state: stateOf(context, me) });
}

function contentOf(context: MethodContext, me: Account, entries: readonly DialogEntry[]) {
  const messages = entries.filter(({ peer }) => isReadable(context.world, me, peer)).map(({ top }) => top);
  const dialogs: Api.TypeDialog[] = entries.map((entry) => tlDialog(context.world, me, entry));
  return {
    dialogs,
    messages: messages.map((message) => tlMessage(context, me, message)),
    ...new Cast(context.world, me)
      .add(...entries.map(({ peer }) => peer))
      .addMessages(messages)
      .lists(),
  };
}

function isReadable(world: World, me: Account, peer: PeerId): boolean {
  const chat = world.chat(peer);
  return !chat || (chat.kind === 'group' ? hasGroup(chat, me.id) : mayView(chat, me.id));
}

function tlDialog(world: World, me: Account, { peer, top, pinned }: DialogEntry): Api.Dialog {
  const readUpTo = me.readUpTo.get(peer) ?? 0;
  const messages = world.messagesWith(me.id, peer);
  const unread = messages
    .slice(firstIndexFrom(messages, readUpTo + 1))
    .filter(({ sender }) => sender !== me.id).length;
  return new Api.Dialog(
    present({
      pinned,
      peer: tlPeer(peer),
      topMessage: top.id,
      readInboxMaxId: readUpTo,
      readOutboxMaxId: top.id,
      unreadCount: unread,
      unreadMentionsCount: 0,
      unreadReactionsCount: 0,
      unreadPollVotesCount: 0,
      notifySettings: new Api.PeerNotifySettings({}),
      pts: peerKind(peer) === 'channel' ? world.chat(peer)?.box?.pts : undefined,
      folderId: me.archived?.has(peer) ? ARCHIVE : undefined,
    }),
  );
}
