import { inflateRawSync } from 'node:zlib';
import type { Kysely, Selectable } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { isImported } from '../tables/imported.js';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asBytes, asNumber, chunked } from '../values.js';

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

/** Stands for a row whose document or TL cannot be read any more. */
export const DAMAGED = 'damaged';

/** The messages of a chat with these ids, as far as the store has them, by id. */
export async function rawMessages(
  db: Kysely<Pick<StoreTables, 'messages'>>,
  { accountId, chatId }: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, RawStoredMessage | typeof DAMAGED>> {
  const found = new Map<number, RawStoredMessage | typeof DAMAGED>();
  for (const chunk of chunked(ids)) {
    const rows = await db
      .selectFrom('messages')
      .select(['message_id', 'document', 'document_hash', 'raw', 'raw_layer'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const row of rows) found.set(asNumber(row.message_id), messageIn(row));
  }
  return found;
}

type Row = Pick<
  Selectable<StoreTables['messages']>,
  'message_id' | 'document' | 'document_hash' | 'raw' | 'raw_layer'
>;

function messageIn(row: Row): RawStoredMessage | typeof DAMAGED {
  const document = documentIn(row.document);
  const tl = row.raw === null ? undefined : unpacked(row.raw);
  if (document === DAMAGED || tl === DAMAGED) return DAMAGED;
  return {
    id: asNumber(row.message_id),
    document,
    ...(tl && row.raw_layer !== null && { raw: { tl, layer: asNumber(row.raw_layer) } }),
    ...(isImported(row) && { isImported: true }),
  };
}

function documentIn(text: string): MessageDocument | typeof DAMAGED {
  try {
    return JSON.parse(text) as MessageDocument;
  } catch (error) {
    if (error instanceof SyntaxError) return DAMAGED;
    throw error;
  }
}

/** Whatever zlib throws, the bytes aren't what was packed, or far more than it. */
function unpacked(bytes: Parameters<typeof asBytes>[0]): Buffer | typeof DAMAGED {
  const packed = asBytes(bytes);
  try {
    return inflateRawSync(packed, { maxOutputLength: MOST_TL_BYTES });
  } catch {
    return DAMAGED;
  }
}
