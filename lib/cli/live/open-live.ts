import { prepareReads } from '../../download/prepare-reads.js';
import type { FindFiles } from '../../exchange/exported.js';
import type { Selection } from '../../messages/selection/selection.js';
import { ByteBudget } from '../../pace/byte-budget.js';
import type { Settings } from '../../settings/settings.js';
import type { Chat } from '../../telegram/chat.js';
import { resolveChat } from '../../telegram/chats.js';
import type { TelepiClient } from '../../telegram/client.js';
import { DialogPages } from '../../telegram/dialog-search.js';
import { currentUser } from '../../telegram/sign-in.js';
import type { CommandContext } from '../command.js';
import { connect, openSignedIn, warnOfOpenFiles } from '../connection.js';
import { keepGoodConnections, readGoodConnections } from '../good-connections.js';
import type { PlacesRequest } from '../search/request.js';
import { openSelection, refuseSelection } from '../selection.js';
import { fetchFiles } from './fetch-files.js';
import { LiveNames } from './live-names.js';
import { type LivePage, livePages } from './live-pages.js';

/** The chats of a request at Telegram. */
export interface Live {
  readonly accountId: number;
  /** By ascending ids, each once. */
  readonly chats: readonly Chat[];
  readonly names: LiveNames;
  readonly selection: Selection;
  /** The selected messages of one of the chats; `limit` counts in place of the selection's. */
  pages(chat: Chat, limit?: number): AsyncGenerator<LivePage>;
  readonly findFiles: FindFiles;
}

interface LiveRequest extends PlacesRequest {
  readonly settings: Settings;
  readonly allowProtected: boolean;
}

/**
 * Connects, finds the chats, and closes the connection when the work is done.
 * @throws NotSignedInError; UsageError as resolveChat, openSelection and refuseSelection do, PROTECTED_CHAT
 */
export async function withLive<T>(
  context: CommandContext,
  request: LiveRequest,
  work: (live: Live) => Promise<T>,
): Promise<T> {
  const { settings } = request;
  const session = await openSignedIn(context, settings);
  await warnOfOpenFiles(context, settings);
  const client = await connect(context, settings, session, { looks: true });
  try {
    const live = await found(context, request, client);
    const result = await work(live);
    await keepGoodConnections(settings.dataDir, live.accountId, client.parts.good, context.log);
    return result;
  } finally {
    await client.close();
  }
}

async function found(
  { clock, log, signal }: CommandContext,
  { settings, criteria, chats: wanted, allowProtected }: LiveRequest,
  client: TelepiClient,
): Promise<Live> {
  const names = new LiveNames(client);
  const me = await currentUser(client, signal);
  const accountId = Number(me.id);
  names.meet(me);
  client.parts.begin(await readGoodConnections(settings.dataDir, accountId, log));
  const chats = await resolved(client, wanted, signal);
  const selection = await openSelection(client, criteria, accountId, signal);
  const reads = chats.map((chat) => ({ kind: 'chat' as const, chat, withComments: false }));
  await prepareReads(client, { reads, unread: [], leaveOutProtected: false, allowProtected, signal });
  for (const chat of chats) {
    await refuseSelection(selection, chat, settings.selection.topic, { client, signal, log });
    names.add(chat);
    if (chat.former) names.add(chat.former);
  }
  const budget = new ByteBudget(settings.bufferBytes);
  return {
    ...{ accountId, chats, names, selection },
    pages: (chat, limit = selection.limit) =>
      livePages(names, chat, {
        selection: { ...selection, limit },
        ...{ accountId, allowProtected, clock, log, signal },
      }),
    findFiles: fetchFiles({ client, budget, allowProtected, clock, log }),
  };
}

async function resolved(
  client: TelepiClient,
  wanted: PlacesRequest['chats'],
  signal: AbortSignal,
): Promise<readonly Chat[]> {
  const dialogs = new DialogPages(client, signal);
  const chats = new Map<number, Chat>();
  try {
    for (const { ref } of wanted) {
      const chat = await resolveChat(client, ref, signal, { dialogs });
      chats.set(chat.id, chat);
    }
  } finally {
    dialogs.close();
  }
  return [...chats.values()].sort((one, other) => one.id - other.id);
}
