import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import type { MessageDocument, PostDocument } from './document.js';

/**
 * What makes a version of a message: its document without counters that grow by themselves, file references that age,
 * and what only concerns who reads it. A scan that finds nothing else changed makes no version.
 */
export function essenceOf(document: MessageDocument): string {
  const { comments, ...rest } = document as Partial<PostDocument>;
  const place = comments && { ...comments, count: undefined, recent: undefined, last: undefined };
  const plain = { ...rest, comments: place, views: undefined, forwards: undefined, raw: undefined };
  return stringify(JSON.parse(JSON.stringify(plain, withoutPassing)));
}

/** SHA-256 of its essence, in hex. */
export function essenceHash(document: MessageDocument): string {
  return createHash('sha256').update(essenceOf(document)).digest('hex');
}

/** Fields by their names, wherever they stand; flags alone have the others. */
const PASSING = new Set(['fileReference', 'out', 'mentioned', 'mediaUnread']);

function withoutPassing(key: string, value: unknown): unknown {
  return PASSING.has(key) ? undefined : value;
}
