import { hash } from 'node:crypto';
import type { MessageDocument, PostDocument } from './document.js';
import { sortedJson } from './sorted-json.js';

/**
 * What makes a version of a message: its document without counters that grow by themselves, file references that age,
 * and what only concerns who reads it. A scan that finds nothing else changed makes no version.
 */
export function essenceOf(document: MessageDocument): string {
  const { comments, views, forwards, raw, ...rest } = document as Partial<PostDocument>;
  const place = comments && { ...comments, count: undefined, recent: undefined, last: undefined };
  return sortedJson({ ...rest, comments: place }, PASSING);
}

/** SHA-256 of its essence, in hex. */
export function essenceHash(document: MessageDocument): string {
  return hash('sha256', essenceOf(document), 'hex');
}

/** Fields by their names, wherever they stand; flags alone have the others. */
const PASSING: ReadonlySet<string> = new Set(['fileReference', 'out', 'mentioned', 'mediaUnread']);
