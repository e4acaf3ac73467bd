import { UsageError } from '../../base/errors.js';
import type { ExportedChat } from '../../exchange/desktop/chat.js';
import type { ChatToExport, ExportedPage } from '../../exchange/exported.js';
import type { Selection } from '../../messages/selection/selection.js';
import type { OpenStore } from '../../store/open-store.js';
import { readMessages } from '../../store/read/read-messages.js';
import { type StoredChat, storedChats } from '../../store/read/stored-chats.js';
import { olderGroup } from '../search/older-group.js';
import { findPlaces } from '../search/request.js';
import type { ExportRequest } from './request.js';

/** What an export is of. */
export interface ChosenChats {
  readonly accountId: number;
  /** The one chat that was asked for. */
  readonly chat: ExportedChat | undefined;
  readonly chats: readonly ChatToExport[];
}

/**
 * The chats of a request with their messages.
 * @throws UsageError SEARCH_NO_CHAT, SEARCH_NO_SENDER, EXPORT_ACCOUNTS, EXPORT_NOTHING
 */
export async function chatsToExport(
  db: OpenStore['db'],
  request: ExportRequest,
  signal: AbortSignal,
): Promise<ChosenChats> {
  const { chats: wanted, selectionFor } = await findPlaces(db, request);
  const stored = (await storedChats(db)).filter(
    ({ chatId, accountId, messages }) =>
      (wanted === undefined ? messages > 0 : wanted.has(chatId)) &&
      (request.account === undefined || request.account === accountId),
  );
  const accountId = accountOf(stored);
  const isOne = wanted?.size === 1;
  const selection = selectionFor(accountId);
  const scene: Scene = { db, request, selection, signal, all: await storedChats(db) };
  const older = new Map<number, number>();
  const { criteria } = request;
  for (const chat of stored) {
    const group = await olderGroup({ db, criteria, signal, all: scene.all }, chat);
    if (group !== undefined) older.set(chat.chatId, group);
  }
  // The history that a supergroup had as a group is a part of the supergroup's.
  const inside = new Set(isOne ? [] : older.values());
  const chats = stored
    .filter(({ chatId }) => !inside.has(chatId))
    .map((chat) => ({ chat: exported(chat), pages: pagesOf(scene, chat, older.get(chat.chatId)) }));
  return { accountId, chat: isOne ? chats[0]?.chat : undefined, chats };
}

interface Scene {
  readonly db: OpenStore['db'];
  readonly request: ExportRequest;
  readonly selection: Selection;
  readonly signal: AbortSignal;
  readonly all: readonly StoredChat[];
}

function accountOf(chats: readonly StoredChat[]): number {
  const [first, ...others] = [...new Set(chats.map(({ accountId }) => accountId))];
  if (first === undefined) {
    throw new UsageError(
      'EXPORT_NOTHING',
      'TelePi has kept no messages that could be exported: run telepi download first, which keeps the ones that it reads.',
    );
  }
  if (others.length === 0) return first;
  throw new UsageError(
    'EXPORT_ACCOUNTS',
    `Several accounts have kept this (${[first, ...others].join(', ')}): say which one with --account.`,
  );
}

function exported({ chatId, type, title, username }: StoredChat): ExportedChat {
  return {
    id: chatId,
    type,
    ...(title !== undefined && { title }),
    ...(username !== undefined && { username }),
  };
}

/** What is added to the ids of a group that became a supergroup, as Telegram Desktop does. */
export const OLDER_SHIFT = -1_000_000_000;

async function* pagesOf(
  scene: Scene,
  { accountId, chatId }: StoredChat,
  older: number | undefined,
): AsyncGenerator<ExportedPage> {
  const { db, selection, signal } = scene;
  let taken = 0;
  if (older !== undefined) {
    for await (const messages of readMessages({ db, accountId, chatId: older, selection, signal })) {
      taken += messages.length;
      yield { shift: OLDER_SHIFT, messages };
    }
  }
  const rest = withoutTaken(scene, taken);
  if (!rest) return;
  for await (const messages of readMessages({ db, accountId, chatId, selection: rest, signal })) {
    yield { shift: 0, messages };
  }
}

/** A limit counts the messages of both histories. */
function withoutTaken({ selection }: Scene, taken: number): Selection | undefined {
  const { limit } = selection;
  if (limit === undefined || taken === 0) return selection;
  if (taken >= limit) return undefined;
  return { ...selection, limit: limit - taken };
}
