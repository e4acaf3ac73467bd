import type { Transaction } from 'kysely';
import { canonicalJson } from '../../messages/document/canonical.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { isEarlier } from '../../messages/document/merge-imported.js';
import { timeText } from '../times.js';
import { importedHash } from './imported.js';
import type { StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** What is there of a message, what an import has found, and what stands now. */
type States = Readonly<Record<'known' | 'found' | 'merged', MessageDocument>>;

/**
 * Makes a version, the one of number `version`, of a state of the message that is earlier than what stands now, says something else,
 * and isn't kept yet. Returns whether there was one. `now`: in milliseconds since the epoch.
 */
export async function keepEarlierImport(
  tx: Transaction<StoreTables>,
  { host }: Writer,
  { accountId, chatId }: ChatKey,
  { states, version, now }: { readonly states: States; readonly version: number; readonly now: number },
): Promise<boolean> {
  const { known, found, merged } = states;
  const earlier = [known, found].find((each) => isEarlier(each, merged) && saysOther(each, merged));
  if (!earlier) return false;
  const document = canonicalJson(earlier);
  const document_hash = importedHash(document, null);
  const kept = await tx
    .selectFrom('versions')
    .select('version')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', earlier.id)
    .where('document_hash', '=', document_hash)
    .executeTakeFirst();
  if (kept) return false;
  await tx
    .insertInto('versions')
    .values({
      ...{ account_id: accountId, chat_id: chatId, message_id: earlier.id, version },
      ...{ document, document_hash, raw: null, raw_layer: null },
      ...{ replaced_datetime: timeText(now), host },
    })
    .execute();
  return true;
}

function saysOther(one: MessageDocument, other: MessageDocument): boolean {
  const words = (document: MessageDocument): unknown[] =>
    document.kind === 'message' ? [document.text, document.entities, document.media?.kind] : [];
  return JSON.stringify(words(one)) !== JSON.stringify(words(other));
}
