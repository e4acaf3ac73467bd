import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { rowsOfIds } from '../search/stretch.js';
import { isImported } from '../tables/imported.js';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asNumber, chunked, DamagedValue } from '../values.js';

/** A message of the store, and by whom it came there. */
export interface KeptMessage {
  readonly document: MessageDocument;
  /** Telegram gave it to this account, and what it sent is kept; otherwise another program's file says so. */
  readonly isTelegrams: boolean;
}

/** Messages of a chat by their ids; one that the store doesn't have is absent. */
export async function keptMessages(
  db: Kysely<Pick<StoreTables, 'messages'>>,
  chat: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, KeptMessage>> {
  const kept = new Map<number, KeptMessage>();
  for (const chunk of chunked(ids)) {
    const rows = await rowsOfIds(db as Parameters<typeof rowsOfIds>[0], chat, chunk)
      .select(['message_id', 'document', 'document_hash', 'raw_layer'])
      // Not the condition itself, which Postgres answers with the letter t.
      .select((row) =>
        row.case().when('raw', 'is not', null).then(row.lit(1)).else(row.lit(0)).end().as('has_raw'),
      )
      .execute();
    for (const { message_id, document, document_hash, raw_layer, has_raw } of rows) {
      const isTelegrams = asNumber(has_raw) === 1 && raw_layer !== null && !isImported({ document_hash });
      kept.set(asNumber(message_id), { document: documentIn(document), isTelegrams });
    }
  }
  return kept;
}

function documentIn(text: string): MessageDocument {
  try {
    return JSON.parse(text) as MessageDocument;
  } catch (error) {
    throw new DamagedValue('A message of the store is not a document.', { cause: error });
  }
}
