import { hash } from 'node:crypto';

/** How the hash of a document begins that was made from another program's columns, in place of a version's. */
const MARK = 'imported ';

/**
 * In place of a document's hash: its content is what another program has kept of the message. The first scan that sees the
 * message itself replaces it, and that isn't an edit.
 */
export function importedHash(content: string, path: string | null): string {
  return `${MARK}${hex(content).slice(0, 64 - MARK.length - PATH_LENGTH)}${hex(path ?? '').slice(0, PATH_LENGTH)}`;
}

/** Whether two of them are of messages whose file the other program had put under the same path. */
export function isSamePath(one: string, other: string): boolean {
  return one.slice(-PATH_LENGTH) === other.slice(-PATH_LENGTH);
}

/** How many of its digits are of the path. */
const PATH_LENGTH = 16;

function hex(text: string): string {
  return hash('sha256', text, 'hex');
}

export function isImported({ document_hash }: { readonly document_hash: string }): boolean {
  return document_hash.startsWith(MARK);
}
