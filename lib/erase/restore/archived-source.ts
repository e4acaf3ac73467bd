import { Api } from 'telegram/tl/index.js';
import { markedId } from '../../base/marked-id.js';
import { olderId } from '../../base/source-ids.js';
import type { Job, MessageRow } from '../../ledger/job.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import type { OpenStore } from '../../store/open-store.js';
import { storedTopics } from '../../store/read/stored-topics.js';
import type { ImportedIds } from '../../store/tables/import-ranges.js';
import type { Chat } from '../../telegram/chat.js';
import type { TelepiClient } from '../../telegram/client.js';
import { fetchMessages } from '../../telegram/history.js';
import { fromLong, toLong } from '../../telegram/long.js';
import { ArchivedChat, type LeftReason } from './archived-chat.js';
import { type ArchivedPeer, archivedClient } from './archived-client.js';
import { archivedTopics } from './archived-topics.js';
import type { FindHidden } from './hidden-history.js';
import { type FindKept, KeptFiles } from './kept-files.js';
import { meetPeople } from './meet-people.js';

/** The messages of one chat id that are to be restored. */
export interface History {
  /** Marked. */
  readonly chatId: number;
  /** Ascending. */
  readonly ids: readonly number[];
}

export interface SourceOptions {
  readonly client: TelepiClient;
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** What the chat is, and what it is called. */
  readonly chat: Pick<Chat, 'id' | 'kind' | 'title'> &
    Partial<Pick<Chat, 'username' | 'type' | 'peer' | 'former'>>;
  /** The chat on Telegram, unless this account can't reach it, or nobody asks what is still there. */
  readonly asked: Chat | undefined;
  /** Of the chat's own messages; then of the basic group that it used to be, if some of those are to be restored. */
  readonly own: History;
  readonly older: History | undefined;
  readonly findKept: FindKept;
  readonly findHidden: FindHidden;
  /** What imports have brought into the target. */
  readonly imported: Pick<ImportedIds, 'find'>;
  /** The job, once it is open. */
  readonly job: () => Pick<Job, 'find'> | undefined;
  /** Where copies of earlier runs are looked for; absent: nobody asks whether they are still there. */
  readonly copiesIn?: Chat;
  readonly signal: AbortSignal;
  /** Called with each page of messages of one of the chat's histories, before it is handed out. */
  readonly onPage?: (chatId: number, messages: readonly HistoryMessage[]) => void;
  /** Called with source ids. */
  readonly onLeft: (sourceId: number, reason: LeftReason) => void;
  readonly onRebuilt: (sourceId: number) => void;
}

/** The archive of a chat as the source of a clone. */
export interface ArchivedSource {
  /** Reads the source from the archive, and does everything else at Telegram. */
  readonly client: TelepiClient;
  readonly source: Chat;
}

export function archivedSource(options: SourceOptions): ArchivedSource {
  const { client, chat, own, older, accountId } = options;
  const ownChat = historyChat(options, own, (id) => id);
  const ownPeer = { chat: ownChat, peer: markedPeer(chat.peer) };
  const peers: ArchivedPeer[] = [ownPeer];
  const olderPeer = older && { chat: historyChat(options, older, olderId), peer: markedPeer(undefined) };
  if (olderPeer) peers.push(olderPeer);
  const key = { accountId, chatId: own.chatId };
  const archived = archivedClient(client, {
    peers,
    topics: async () => archivedTopics(ownChat, await storedTopics(options.db, key)),
    files: new KeptFiles(options.findKept),
  });
  const { id, kind, title, username, type } = chat;
  const source: Chat = {
    ...{ id, kind, title, ...(username !== undefined && { username }), ...(type && { type }) },
    ...{
      peer: ownPeer.peer,
      noforwards: false,
      canPost: false,
      canManageTopics: false,
      managesTopics: false,
    },
    ...(olderPeer && {
      former: {
        ...{ id: olderPeer.chat.chatId, title, peer: olderPeer.peer },
        ...{ noforwards: false, readable: true },
      },
    }),
  };
  return { client: archived, source };
}

function historyChat(
  options: SourceOptions,
  history: History,
  sourceId: (id: number) => number,
): ArchivedChat {
  const { client, db, accountId, job, imported, findHidden, onLeft, onRebuilt } = options;
  const { chatId, ids } = history;
  return new ArchivedChat({
    ...{ db, accountId, chatId, ids },
    findPresent: (wanted, signal) => presentOf(options, chatId, wanted, signal),
    findHidden: (unseen, signal) => findHidden(chatId, unseen, signal),
    async findSettled(wanted) {
      const rows = await job()?.find(wanted.map(sourceId));
      for (const id of await goneCopies(options, [...(rows?.values() ?? [])])) onLeft(id, 'copy_gone');
      const isSettled = (id: number): boolean => SETTLED.has(rows?.get(sourceId(id))?.state ?? 'planned');
      return new Set(wanted.filter(isSettled));
    },
    isImported: (id) => imported.find(chatId, id) !== undefined,
    onLeft: (id, reason) => onLeft(sourceId(id), reason),
    onRebuilt: (id) => onRebuilt(sourceId(id)),
    onPage: (messages) => options.onPage?.(chatId, messages),
    onDocuments: (documents) => meetPeople({ client, db, accountId }, documents),
  });
}

const SETTLED: ReadonlySet<string> = new Set(['sent', 'skipped', 'failed']);

/** The messages whose copies an earlier run had posted, and somebody has deleted since; the ones that a repair will post again aside. */
async function goneCopies(
  { client, copiesIn, signal }: SourceOptions,
  rows: readonly MessageRow[],
): Promise<readonly number[]> {
  const sent = rows.filter(
    ({ state, targetId, repair }) => state === 'sent' && targetId !== undefined && repair === undefined,
  );
  if (!copiesIn || sent.length === 0) return [];
  const ids = sent.map(({ targetId }) => targetId ?? 0);
  const there = new Set((await fetchMessages(client, copiesIn, ids, signal)).map(({ id }) => id));
  return sent.flatMap(({ sourceId, targetId }) => (there.has(targetId ?? 0) ? [] : [sourceId]));
}

/** Which messages stand in the chat on Telegram. Ids of private chats and basic groups are the account's, whatever the chat. */
export async function presentOf(
  { client, asked }: Pick<SourceOptions, 'client' | 'asked'>,
  chatId: number,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlySet<number>> {
  const former = asked?.former;
  const isFormer = former?.id === chatId;
  if (!asked || (isFormer ? !former?.readable : asked.id !== chatId)) return new Set();
  const { former: _, ...alone } = asked;
  const chat: Chat = isFormer && former ? { ...alone, peer: former.peer } : alone;
  const found = await fetchMessages(client, chat, ids, signal);
  return new Set(found.filter(({ peerId }) => markedId(peerId) === chatId).map(({ id }) => id));
}

/**
 * A peer that nothing else has: it is known by the very object of its access hash. What reaches Telegram with it names the channel,
 * if there is one.
 */
function markedPeer(peer: Api.TypeInputPeer | undefined): Api.InputPeerChannel {
  if (peer instanceof Api.InputPeerChannel && fromLong(peer.accessHash) !== 0n) {
    const { channelId, accessHash } = peer;
    return new Api.InputPeerChannel({ channelId, accessHash: toLong(fromLong(accessHash)) });
  }
  return new Api.InputPeerChannel({ channelId: toLong(0), accessHash: toLong(ANY_HASH) });
}

/** Far from the small numbers of which the library keeps one object each. */
const ANY_HASH = 0x7465_6c65_7069n;
