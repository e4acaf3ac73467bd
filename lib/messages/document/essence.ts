import { hash } from 'node:crypto';
import type { MessageDocument, PostDocument } from './document.js';
import { sortedFields, sortedJson } from './sorted-json.js';

/** What the store keeps of a document. */
export interface DocumentTexts {
  /** See canonicalJson. */
  readonly canonical: string;
  /**
   * SHA-256, in hex, of its essence, which makes a version of a message: its document without counters that grow by
   * themselves, file references that age, and what only concerns who reads it. A scan that finds nothing else changed makes
   * no version.
   */
  readonly essenceHash: string;
}

/** Writes a document as it is and as its essence, in one pass: a scan does it for every message. */
export function documentTexts(document: MessageDocument): DocumentTexts {
  let canonical = '';
  let essence = '';
  for (const { name, whole, without } of sortedFields(document, PASSING)) {
    canonical += `${canonical === '' ? '' : ','}"${name}":${whole}`;
    if (COUNTERS.has(name) || PASSING.has(name)) continue;
    const text = name === 'comments' ? placeText(document as PostDocument) : without;
    essence += `${essence === '' ? '' : ','}"${name}":${text}`;
  }
  return { canonical: `{${canonical}}`, essenceHash: hash('sha256', `{${essence}}`, 'hex') };
}

/** Where comments stand. */
function placeText({ comments }: PostDocument): string {
  return sortedJson({ ...comments, count: undefined, recent: undefined, last: undefined }, PASSING);
}

const COUNTERS: ReadonlySet<string> = new Set(['views', 'forwards', 'raw']);

/** Fields by their names, wherever they stand; flags alone have the others. */
const PASSING: ReadonlySet<string> = new Set(['fileReference', 'out', 'mentioned', 'mediaUnread']);
