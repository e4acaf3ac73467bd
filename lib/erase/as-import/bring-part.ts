import { Api } from 'telegram/tl/index.js';
import { TelegramError } from '../../refusals/telegram-error.js';
import type { NotedImport } from '../../store/tables/history-imports.js';
import { addImportedMedia, beginImport, checkHistory, HEAD_LINES } from '../../telegram/history-import.js';
import type { ImportRun } from './import-run.js';
import { importedMedia } from './imported-media.js';
import type { ImportedFile, ImportPart } from './parts.js';
import { textContent, withUpload } from './upload-content.js';

const TEXT_NAME = '_chat.txt';

/**
 * Brings a part to Telegram, its text and then its files, one after another; nothing is imported by that. What an earlier process has begun is
 * continued, unless the text is another one by now or Telegram has forgotten it.
 */
export async function bringPart(
  run: ImportRun,
  part: ImportPart,
  known: NotedImport | undefined,
): Promise<NotedImport> {
  const isContinued = known?.state === 'begun' && known.textHash === part.textHash;
  const begun = isContinued ? known : await begin(run, part, known);
  try {
    return await addFiles(run, part, begun);
  } catch (error) {
    if (!isForgotten(error)) throw error;
    // Telegram forgets an import that another process has brought to its end, too.
    const now = (await run.journal.all()).find((each) => each.part === part.number);
    if (!now) throw error;
    await run.journal.note(now, now);
    if (!isContinued) throw error;
    return addFiles(run, part, await begin(run, part, now));
  }
}

/** Whether Telegram says that it doesn't know the import. */
export function isForgotten(error: unknown): boolean {
  return error instanceof TelegramError && error.errorMessage === 'IMPORT_ID_INVALID';
}

async function begin(
  run: ImportRun,
  { number, hash, textHash, messages, files, text }: ImportPart,
  before: NotedImport | undefined,
): Promise<NotedImport> {
  const { client, target, journal, signal } = run;
  await checkHistory(client, headOf(text), signal);
  const importId = await withUpload(run, TEXT_NAME, textContent(text), (file) =>
    beginImport(client, target, { file, mediaCount: files.length }, signal),
  );
  const noted: NotedImport = {
    part: number,
    contentHash: hash,
    textHash,
    state: 'begun',
    messages,
    uploaded: 0,
    importId,
  };
  await journal.note(noted, before);
  run.onEvent({ kind: 'begun', part: number, messages, files: files.length });
  return noted;
}

function headOf(text: string): string {
  return text.split('\n', HEAD_LINES).join('\n');
}

async function addFiles(
  run: ImportRun,
  { number, files }: ImportPart,
  begun: NotedImport,
): Promise<NotedImport> {
  let noted = begun;
  for (const file of files.slice(begun.uploaded)) {
    await addFile(run, file, begun.importId);
    const before = noted;
    noted = { ...before, uploaded: before.uploaded + 1 };
    await run.journal.note(noted, before);
    run.onEvent({ kind: 'uploaded', part: number, files: noted.uploaded, of: files.length, name: file.name });
  }
  return noted;
}

async function addFile(run: ImportRun, file: ImportedFile, importId: bigint): Promise<void> {
  const { client, target, signal } = run;
  const content = await run.open(file);
  const add = (mediaOf: (uploaded: Api.TypeInputFile) => Api.TypeInputMedia) =>
    withUpload(run, file.name, content, (uploaded) =>
      addImportedMedia(client, target, { importId, name: file.name, media: mediaOf(uploaded) }, signal),
    );
  try {
    await add((uploaded) => importedMedia(file, uploaded));
  } catch (error) {
    if (file.facts || !(error instanceof TelegramError) || !NO_PHOTO.has(error.errorMessage)) throw error;
    await add((uploaded) => photoAsFile(file, uploaded));
  }
}

/** Pictures that Telegram doesn't take as photos. */
const NO_PHOTO: ReadonlySet<string> = new Set([
  'IMAGE_PROCESS_FAILED',
  'PHOTO_EXT_INVALID',
  'PHOTO_INVALID_DIMENSIONS',
  'PHOTO_SAVE_FILE_INVALID',
]);

function photoAsFile({ name, reference }: ImportedFile, file: Api.TypeInputFile): Api.TypeInputMedia {
  return new Api.InputMediaUploadedDocument({
    file,
    mimeType: reference.mime,
    attributes: [new Api.DocumentAttributeFilename({ fileName: name })],
    forceFile: true,
  });
}
