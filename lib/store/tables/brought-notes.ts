import type { Transaction } from 'kysely';
import { copiesAt, type FileCopy } from './file-copies.js';
import type { ChatDownload } from './mark-messages.js';
import type { StoreTables } from './schema.js';

/** A copy that is complete, and the attempt that has brought it or has found it where it lies. */
export interface BroughtNote {
  readonly copy: FileCopy;
  readonly attempt?: ChatDownload;
}

/**
 * Those whose copy is noted as there by now: another process has found it where it lies, or what one has left was written meanwhile.
 * Then its attempt is noted, too. Whoever asks holds lockChanges, so that of two at once the second sees the first.
 */
export async function notedAlready<Note extends BroughtNote>(
  tx: Transaction<StoreTables>,
  notes: readonly Note[],
): Promise<ReadonlySet<Note>> {
  const noted = new Set<Note>();
  for (const host of new Set(notes.map(({ copy }) => copy.host))) {
    const own = notes.filter(({ copy }) => copy.host === host);
    const known = await copiesAt(
      tx,
      host,
      own.map(({ copy }) => copy.path),
    );
    const there = new Map(known.flatMap((copy) => (copy.state === 'there' ? [[copy.path, copy]] : [])));
    for (const note of own) if (isSame(note.copy, there.get(note.copy.path))) noted.add(note);
  }
  return noted;
}

/** Whether a path has one message's file, of one content. */
function isSame(copy: FileCopy, known: FileCopy | undefined): boolean {
  return (
    copy.sha256 === known?.sha256 &&
    copy.accountId === known?.accountId &&
    copy.chatId === known?.chatId &&
    copy.messageId === known?.messageId &&
    copy.mediaId === known?.mediaId
  );
}
