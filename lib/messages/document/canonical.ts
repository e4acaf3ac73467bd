import type { MessageDocument } from './document.js';
import { sortedJson } from './sorted-json.js';

/** The one way to write a document: without spaces, keys sorted. Equal documents give equal strings. */
export function canonicalJson(document: MessageDocument): string {
  return sortedJson(document);
}
