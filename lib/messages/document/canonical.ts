import stringify from 'fast-json-stable-stringify';
import type { MessageDocument } from './document.js';

/** The one way to write a document: without spaces, keys sorted. Equal documents give equal strings. */
export function canonicalJson(document: MessageDocument): string {
  return stringify(document);
}
