import type { Selectable } from 'kysely';
import { kindsMayBeSame, SENT_KINDS, type SentContent } from '../base/fingerprint.js';
import { asOptionalNumber, DamagedValue } from '../store/values.js';
import type { MessagesTable } from './schema.js';

type ContentColumns = Pick<MessagesTable, 'content_kind' | 'content_size' | 'text_hash'>;

/** Undefined for a message whose send was never begun, or was begun by a version that noted no content. */
export function storedContent(row: Selectable<ContentColumns>): SentContent | undefined {
  const { content_kind: kind, text_hash: textHash } = row;
  if (kind === null || textHash === null) return undefined;
  if (!SENT_KINDS.includes(kind)) throw new DamagedValue('A message has an unknown kind.');
  const size = asOptionalNumber(row.content_size);
  return { kind, textHash, ...(size !== undefined && { size }) };
}

export function contentColumns(content: SentContent | undefined): ContentColumns {
  return {
    content_kind: content?.kind ?? null,
    content_size: content?.size ?? null,
    text_hash: content?.textHash ?? null,
  };
}

/**
 * Whether the copy of one message could be taken for the copy of the other. A photo is re-encoded in another size, or
 * may have become a file on the way, and a size may be unknown; two unknown contents could be the same.
 */
export function looksLike(one: SentContent | undefined, other: SentContent | undefined): boolean {
  if (!one || !other) return true;
  if (one.textHash !== other.textHash || !kindsMayBeSame(one.kind, other.kind)) return false;
  if (one.kind === 'photo' && other.kind === 'photo') return true;
  return one.size === undefined || other.size === undefined || one.size === other.size;
}
