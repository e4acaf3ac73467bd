import { selectionOf } from '../../messages/selection/selection.js';
import { type ReadOptions, readMessages } from '../../store/read/read-messages.js';
import type { StoredChat } from '../../store/read/stored-chats.js';
import type { PlacesRequest } from './request.js';

export interface OlderGroupOptions
  extends Pick<ReadOptions, 'db' | 'signal'>,
    Pick<PlacesRequest, 'criteria'> {
  /** Everything that the store has. */
  readonly all: readonly StoredChat[];
}

/**
 * The group that a supergroup used to be, if its messages were kept and may be meant: ids and topics that are asked for are the
 * supergroup's own.
 */
export async function olderGroup(
  { db, criteria, signal, all }: OlderGroupOptions,
  { accountId, chatId, type }: StoredChat,
): Promise<number | undefined> {
  if (type !== 'supergroup' && type !== 'forum') return undefined;
  const { fromId, toId, topic } = criteria;
  if (fromId !== undefined || toId !== undefined || topic !== undefined) return undefined;
  const selection = selectionOf({}, { self: accountId, named: new Map() });
  for await (const messages of readMessages({ db, accountId, chatId, selection, signal })) {
    for (const { document } of messages) {
      if (document.kind !== 'service' || document.action.kind !== 'migrate_from_group') continue;
      const { group } = document.action;
      return all.some((each) => each.accountId === accountId && each.chatId === group) ? group : undefined;
    }
    // Telegram's note about it is the first message, or one of the first.
    return undefined;
  }
  return undefined;
}
