import { Api } from 'telegram/tl/index.js';
import { fromLong } from './long.js';

/**
 * The ids that messages got, in the order of their random_ids: from updateMessageID, which names both; if a server
 * leaves it out (a repeat of an earlier call), from the new messages in their order; for a single message in a private
 * chat or basic group, from updateShortSentMessage. Fewer ids than random_ids when Updates doesn't contain them.
 */
export function sentIds(updates: Api.TypeUpdates, randomIds: readonly bigint[]): number[] {
  if (updates instanceof Api.UpdateShortSentMessage) return [updates.id];
  const list = updatesOf(updates);
  const byRandomId = idsByRandomId(updates);
  const named = randomIds.flatMap((randomId) => byRandomId.get(randomId) ?? []);
  return named.length === randomIds.length ? named : newMessageIds(list).slice(0, randomIds.length);
}

/** The ids that updateMessageID names, by their random_ids. */
export function idsByRandomId(updates: Api.TypeUpdates): Map<bigint, number> {
  const byRandomId = new Map<bigint, number>();
  for (const update of updatesOf(updates)) {
    if (update instanceof Api.UpdateMessageID && update.randomId !== undefined) {
      byRandomId.set(fromLong(update.randomId), update.id);
    }
  }
  return byRandomId;
}

function updatesOf(updates: Api.TypeUpdates): Api.TypeUpdate[] {
  if (updates instanceof Api.Updates || updates instanceof Api.UpdatesCombined) return updates.updates;
  return updates instanceof Api.UpdateShort ? [updates.update] : [];
}

function newMessageIds(list: readonly Api.TypeUpdate[]): number[] {
  return list
    .flatMap((update) =>
      update instanceof Api.UpdateNewMessage ||
      update instanceof Api.UpdateNewChannelMessage ||
      update instanceof Api.UpdateNewScheduledMessage
        ? [update.message.id]
        : [],
    )
    .sort((one, other) => one - other);
}
