import { olderId } from '../../base/source-ids.js';
import { readCopies } from '../../ledger/copies.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { ledgerPlace } from '../ledger-place.js';
import { archiveOf, restoreJob } from './archive-of.js';
import { LeftOut } from './left-out.js';
import type { Restoring } from './restoring.js';

/** Which of these messages of a chat stand in the target as posts of a restore, by their ids. */
export type FindPosted = (
  chatId: number,
  messages: readonly MessageDocument[],
) => Promise<ReadonlySet<number>>;

/** By the ledger of the restore of these chats, if there was one. */
export async function postedBefore(restoring: Restoring): Promise<FindPosted> {
  const { context, request, sides } = restoring;
  const { clock } = context;
  const archived = archiveOf(restoring, new LeftOut(), () => undefined);
  const options = restoreJob(restoring, archived, ledgerPlace(context, request.settings));
  const copies = await readCopies({ ...options, clock });
  return async (chatId, messages) => {
    const sourceId = chatId === sides.own.chatId ? (id: number) => id : olderId;
    const ids = messages.map(({ id }) => id);
    const rows = await copies?.find(ids.map(sourceId));
    return new Set(ids.filter((id) => rows?.get(sourceId(id))?.state === 'sent'));
  };
}
