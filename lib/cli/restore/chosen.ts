import { UsageError } from '../../base/errors.js';
import { type ErasePlan, idsOf } from '../../erase/plan-file.js';
import type { History } from '../../erase/restore/archived-source.js';
import { type Selection, selectionOf } from '../../messages/selection/selection.js';
import type { OpenStore } from '../../store/open-store.js';
import { readMessages } from '../../store/read/read-messages.js';
import { type StoredChat, storedChats } from '../../store/read/stored-chats.js';
import type { Chat } from '../../telegram/chat.js';
import { findPlaces } from '../search/request.js';
import type { RestoreRequest } from './request.js';

/** What is to be restored, before Telegram is asked what is still there. */
export interface Chosen {
  /** The chat's marked id. */
  readonly chatId: number;
  /** As the store knows it. */
  readonly stored: StoredChat | undefined;
  /** By the chat's own id, and by that of the basic group that it used to be. */
  readonly histories: readonly History[];
  /** How many messages a run begins at most. */
  readonly limit: number | undefined;
}

interface Choosing {
  readonly db: OpenStore['db'];
  readonly request: RestoreRequest;
  readonly accountId: number;
  readonly signal: AbortSignal;
}

/**
 * The chat that a request means.
 * @throws UsageError SEARCH_NO_CHAT for one that the store doesn't know
 */
export async function chatOfRequest({ db, request }: Choosing): Promise<number> {
  if (request.plan) return Number(request.plan.chat.id);
  const [chat, ...others] = (await findPlaces(db, request)).chats ?? [];
  if (chat !== undefined && others.length === 0) return chat;
  throw new UsageError('RESTORE_NOTHING', 'Say with --chat which one chat to restore.');
}

/**
 * The messages of a plan that the selection takes, or of a chat in the store. `older`: the id of the basic group that the chat used
 * to be, if that is known.
 */
export async function chosenMessages(
  choosing: Choosing,
  chatId: number,
  older: number | undefined,
): Promise<Chosen> {
  const { db, request, accountId } = choosing;
  const { plan } = request;
  const { selectionFor } = await findPlaces(db, request);
  const { limit, ...unlimited } = selectionFor(accountId);
  const selection: Selection = { ...unlimited, limit: undefined };
  const stored = (await storedChats(db)).find(
    (each) => each.accountId === accountId && each.chatId === chatId,
  );
  const histories: History[] = [];
  for (const id of [chatId, ...(older === undefined || isNarrow(plan, selection) ? [] : [older])]) {
    const ids = await idsIn(choosing, id, selection);
    if (ids.length > 0 || id === chatId) histories.push({ chatId: id, ids });
  }
  return { chatId, stored, histories, limit };
}

/** Ids that are asked for without a plan, and topics, are the chat's own. */
function isNarrow(plan: ErasePlan | undefined, { bounds, topics }: Selection): boolean {
  if (plan) return false;
  return bounds.fromId !== undefined || bounds.toId !== undefined || topics !== undefined;
}

async function idsIn(
  { db, request: { plan }, accountId, signal }: Choosing,
  chatId: number,
  selection: Selection,
): Promise<readonly number[]> {
  const planned = plan?.messages
    .filter(({ chat }) => Number(chat) === chatId)
    .flatMap(({ ids }) => [...idsOf(ids)]);
  if (planned && selection.takesAll) return planned;
  const wanted = planned && new Set(planned);
  const ids: number[] = [];
  if (wanted?.size === 0) return ids;
  for await (const page of readMessages({ db, accountId, chatId, selection, signal })) {
    for (const { document } of page) if (wanted?.has(document.id) !== false) ids.push(document.id);
  }
  return ids;
}

/** A selection that takes everything that it is given, up to a limit. */
export function everything(accountId: number, limit: number | undefined): Selection {
  return { ...selectionOf({}, { self: accountId, named: new Map() }), limit };
}

/** The chat as it was kept, for one that this account can't reach any more. */
export function chatAsKept(
  chatId: number,
  stored: StoredChat | undefined,
): Pick<Chat, 'id' | 'kind' | 'title'> {
  const { type = 'unknown', title = String(chatId) } = stored ?? {};
  return { id: chatId, kind: KINDS[type], title };
}

const KINDS: Readonly<Record<StoredChat['type'], Chat['kind']>> = {
  private: 'user',
  bot: 'user',
  group: 'group',
  supergroup: 'supergroup',
  forum: 'forum',
  channel: 'channel',
  unknown: 'supergroup',
};
