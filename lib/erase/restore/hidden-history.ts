import type { OpenStore } from '../../store/open-store.js';
import { deletionMarks } from '../../store/read/deletion-marks.js';
import { eraseBatchesOf } from '../../store/tables/erase-batches.js';
import type { Chat } from '../../telegram/chat.js';
import type { TelepiClient } from '../../telegram/client.js';
import { type HiddenPart, hiddenPartOf } from '../../telegram/hidden-part.js';
import { idsOf } from '../plan-file.js';

/** Which of these messages of a chat, which Telegram doesn't show, may be there all the same. */
export type FindHidden = (
  chatId: number,
  ids: readonly number[],
  signal: AbortSignal,
) => Promise<ReadonlySet<number>>;

interface Options {
  readonly client: TelepiClient;
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** The chat on Telegram; undefined when nobody asks what is still there. */
  readonly asked: Chat | undefined;
  /** Of the plan that the messages were deleted by, if there is one. */
  readonly planHash: string | undefined;
}

/**
 * A member who joined again after its group has hidden its history, or who has cleared its own, is shown nothing of what is there.
 * Such a message counts as gone only if its deletion was noted: by a mark in the store, or by an ended batch of the plan.
 */
export function hiddenHistory({ client, db, accountId, asked, planHash }: Options): FindHidden {
  let part: HiddenPart | undefined;
  let deleted: ReadonlySet<string> | undefined;
  return async (chatId, ids, signal) => {
    if (!asked || asked.id !== chatId || ids.length === 0) return new Set();
    part ??= await hiddenPartOf(client, asked, signal);
    const { upToId, before = Number.NEGATIVE_INFINITY } = part;
    if (upToId === 0 && part.before === undefined) return new Set();
    deleted ??= await deletedBy(db, accountId, planHash);
    const marks = await deletionMarks(db, { accountId, chatId }, ids);
    const gone = deleted;
    return new Set(
      ids.filter((id) => {
        const { isDeleted = false, sentAt = Number.POSITIVE_INFINITY } = marks.get(id) ?? {};
        const isShown = id > upToId && sentAt >= before * 1000;
        return !isShown && !isDeleted && !gone.has(`${chatId} ${id}`);
      }),
    );
  };
}

/** What the ended batches of a plan have deleted. */
async function deletedBy(
  db: OpenStore['db'],
  accountId: number,
  planHash: string | undefined,
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  if (planHash === undefined) return gone;
  for (const { chatId, state, ids, left } of await eraseBatchesOf(db, accountId, planHash)) {
    if (state !== 'ended') continue;
    const there = new Set(idsOf(left));
    for (const id of idsOf(ids)) if (!there.has(id)) gone.add(`${chatId} ${id}`);
  }
  return gone;
}
