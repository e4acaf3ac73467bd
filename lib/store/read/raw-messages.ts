import { inflateRawSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { isImported } from '../tables/imported.js';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asBytes, asNumber, chunked, DamagedValue } from '../values.js';

/** A message with the TL in which Telegram sent it. */
export interface RawStoredMessage {
  readonly id: number;
  readonly document: MessageDocument;
  /** Absent: nobody kept it. */
  readonly raw?: { readonly tl: Buffer; readonly layer: number };
  /** Its content is what another program had kept, and TelePi itself has not seen the message yet. */
  readonly isImported?: true;
}

/** Telegram's messages are some KiB long; a row that unpacks to more isn't one. */
const MOST_TL_BYTES = 16 * 2 ** 20;

/** The messages of a chat with these ids, as far as the store has them, by id. */
export async function rawMessages(
  db: Kysely<Pick<StoreTables, 'messages'>>,
  { accountId, chatId }: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, RawStoredMessage>> {
  const found = new Map<number, RawStoredMessage>();
  for (const chunk of chunked(ids)) {
    const rows = await db
      .selectFrom('messages')
      .select(['message_id', 'document', 'document_hash', 'raw', 'raw_layer'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const row of rows) {
      const id = asNumber(row.message_id);
      found.set(id, {
        id,
        document: documentIn(row.document),
        ...(row.raw !== null &&
          row.raw_layer !== null && { raw: { tl: unpacked(row.raw), layer: asNumber(row.raw_layer) } }),
        ...(isImported(row) && { isImported: true }),
      });
    }
  }
  return found;
}

function documentIn(text: string): MessageDocument {
  try {
    return JSON.parse(text) as MessageDocument;
  } catch (error) {
    throw new DamagedValue('A message of the store is not a document.', { cause: error });
  }
}

function unpacked(bytes: Parameters<typeof asBytes>[0]): Buffer {
  try {
    return inflateRawSync(asBytes(bytes), { maxOutputLength: MOST_TL_BYTES });
  } catch (error) {
    throw new DamagedValue('The TL of a message of the store cannot be unpacked.', { cause: error });
  }
}
