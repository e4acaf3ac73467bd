import type { ImportJournal } from '../../store/tables/import-journal.js';
import type { ImportedIds } from '../../store/tables/import-ranges.js';
import type { PatientCaller } from '../../telegram/caller.js';
import type { Chat } from '../../telegram/chat.js';
import type { FileOfEntry } from './entries.js';
import type { ImportClock } from './import-clock.js';
import type { ImportEvent } from './import-events.js';
import type { ImportPart } from './parts.js';
import type { Content, UploadScene } from './upload-content.js';

/** An import of a history, whole. */
export interface ImportRun extends UploadScene {
  readonly client: PatientCaller;
  /** The chat into which the history goes. */
  readonly target: Chat;
  readonly journal: Pick<ImportJournal, 'all' | 'ranges' | 'isOwn' | 'note'>;
  /** What isn't `taken` yet, from its beginning, in parts of which the first has that number. */
  readonly parts: (taken: ImportedIds, number: number) => AsyncIterable<ImportPart>;
  /** The part of exactly these messages, as far as the archive has them. */
  readonly partOf: (messages: ImportedIds, number: number) => Promise<ImportPart | undefined>;
  /** By which its texts are written. */
  readonly wallClock: ImportClock;
  /** A file's content as it was kept, compared with its SHA-256. */
  readonly open: (file: FileOfEntry) => Promise<Content>;
  /** Whether an import whose fate nobody knows, or whose dates were off, is made once more. */
  readonly again: boolean;
  readonly onEvent: (event: ImportEvent) => void;
}
