import { createHash } from 'node:crypto';

/** How the hash of a document begins that was made from another program's columns, in place of a version's. */
const MARK = 'imported ';

/**
 * In place of a document's hash: its content is what another program has kept of the message. The first scan that sees the
 * message itself replaces it, and that isn't an edit.
 */
export function importedHash(content: string): string {
  return `${MARK}${createHash('sha256').update(content).digest('hex')}`.slice(0, 64);
}

export function isImported({ document_hash }: { readonly document_hash: string }): boolean {
  return document_hash.startsWith(MARK);
}
