import type { Kysely, Transaction } from 'kysely';
import { transact } from '../repeatable.js';
import { type BroughtNote, notedAlready } from './brought-notes.js';
import { lockChanges } from './changes.js';
import { type ClaimedNote, endClaims, nameOf } from './claimed-notes.js';
import { type FileCopy, forgetCopyIn, isNotedSince, noteCopiesIn } from './file-copies.js';
import { type ChatDownload, noteDownloadsIn } from './mark-messages.js';
import type { StoreTables } from './schema.js';
import type { Writer } from './writer.js';

/**
 * Something that became of a file: as noteDownload, noteCopy and forgetCopy note it. `brought`: a copy, and its attempt, which counts
 * unless the copy is noted as there already. `claimed`: the same, and both count only if the claim was not lost.
 */
export type FileNote =
  | PlainNote
  | ({ readonly kind: 'brought' } & BroughtNote)
  | ({ readonly kind: 'claimed' } & ClaimedNote);

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
    // Before anything is asked: whoever notes attempts at the same time comes after this, or has come before.
    const last = notes.some(hasAttempt) ? await lockChanges(tx) : NONE;
    const noted = await notedAlready(tx, notes.filter(isBrought));
    const claimed = notes.filter((note) => note.kind === 'claimed');
    const lost = await endClaims(tx, claimed, writer.isLate === true);
    await noteAll(tx, writer, { notes: plainOf(notes, { lost, noted }), last });
    return [...lost];
  });
}

/** Where no attempt is noted, and so no change. */
const NONE = 0n;

type WithCopy = Exclude<FileNote, PlainNote>;

function isBrought(note: FileNote): note is WithCopy {
  return note.kind === 'brought' || note.kind === 'claimed';
}

function hasAttempt(note: FileNote): boolean {
  return isBrought(note) ? note.attempt !== undefined : note.kind === 'download';
}

interface Judged {
  /** Names of claims. */
  readonly lost: ReadonlySet<string>;
  readonly noted: ReadonlySet<FileNote>;
}

/** The notes that count. Of a copy that is noted already, the attempt is, too. */
function plainOf(notes: readonly FileNote[], { lost, noted }: Judged): PlainNote[] {
  return notes.flatMap((note): PlainNote[] => {
    if (!isBrought(note)) return [note];
    if (note.kind === 'claimed' && lost.has(nameOf(note))) return [];
    const { copy } = note;
    const attempt = noted.has(note) ? undefined : note.attempt;
    return [...(attempt ? [{ kind: 'download' as const, ...attempt }] : []), { kind: 'copy', copy }];
  });
}

async function noteAll(
  tx: Transaction<StoreTables>,
  writer: Writer,
  { notes, last }: { readonly notes: readonly PlainNote[]; readonly last: bigint },
): Promise<void> {
  const downloads = notes.flatMap((note) => (note.kind === 'download' ? [note] : []));
  await noteDownloadsIn(tx, writer, { downloads, last });
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
