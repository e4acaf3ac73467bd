import type { Kysely, Transaction } from 'kysely';
import { transact } from '../repeatable.js';
import { type ClaimedNote, type EndedClaims, endClaims, nameOf } from './claimed-notes.js';
import { type FileCopy, forgetCopyIn, isNotedSince, noteCopiesIn } from './file-copies.js';
import { type ChatDownload, noteDownloadsIn } from './mark-messages.js';
import type { StoreTables } from './schema.js';
import type { Writer } from './writer.js';

/**
 * Something that became of a file: as noteDownload, noteCopy and forgetCopy note it. `claimed`: a copy, and the attempt that
 * has brought it, which count only if the claim was not lost.
 */
export type FileNote = PlainNote | ({ readonly kind: 'claimed' } & ClaimedNote);

type PlainNote =
  | ({ readonly kind: 'download' } & ChatDownload)
  | { readonly kind: 'copy'; readonly copy: FileCopy }
  | { readonly kind: 'forget'; readonly host: string; readonly path: string };

/**
 * Notes what became of several files, in one transaction; of notes about one path the last one counts. Returns the names of the
 * claims that were lost: what was to be noted by their right isn't.
 */
export async function noteFiles(
  db: Kysely<StoreTables>,
  writer: Writer,
  notes: readonly FileNote[],
): Promise<readonly string[]> {
  if (notes.length === 0) return [];
  return transact(db, async (tx) => {
    const claimed = notes.filter((note) => note.kind === 'claimed');
    const ended = await endClaims(tx, claimed, writer.isLate === true);
    await noteAll(tx, writer, plainOf(notes, ended));
    return [...ended.lost];
  });
}

/** The notes that count. Of a file that is noted where it is, the attempt is, too. */
function plainOf(notes: readonly FileNote[], { lost, noted }: EndedClaims): PlainNote[] {
  return notes.flatMap((note): PlainNote[] => {
    if (note.kind !== 'claimed') return [note];
    if (lost.has(nameOf(note))) return [];
    const { copy } = note;
    const attempt = noted.has(nameOf(note)) ? undefined : note.attempt;
    return [...(attempt ? [{ kind: 'download' as const, ...attempt }] : []), { kind: 'copy', copy }];
  });
}

async function noteAll(
  tx: Transaction<StoreTables>,
  writer: Writer,
  notes: readonly PlainNote[],
): Promise<void> {
  await noteDownloadsIn(
    tx,
    writer,
    notes.flatMap((note) => (note.kind === 'download' ? [note] : [])),
  );
  const copies: FileCopy[] = [];
  for (const note of lastOfEach(notes)) {
    if (writer.isLate && (await isOvertaken(tx, writer, note))) continue;
    if (note.kind === 'copy') copies.push(note.copy);
    else await forgetCopyIn(tx, note.host, note.path);
  }
  await noteCopiesIn(tx, copies);
}

type PlaceNote = Exclude<PlainNote, { kind: 'download' }>;

function lastOfEach(notes: readonly PlainNote[]): PlaceNote[] {
  const last = new Map<string, PlaceNote>();
  for (const note of notes) if (note.kind !== 'download') last.set(placeOf(note).join('\0'), note);
  return [...last.values()];
}

/** Others have noted something of the path since. */
function isOvertaken(tx: Transaction<StoreTables>, { clock }: Writer, note: PlaceNote): Promise<boolean> {
  const [host, path] = placeOf(note);
  return isNotedSince(tx, { host, path }, note.kind === 'copy' ? note.copy.savedAt : Math.floor(clock.now()));
}

function placeOf(note: PlaceNote): readonly [host: string, path: string] {
  return note.kind === 'copy' ? [note.copy.host, note.copy.path] : [note.host, note.path];
}
