import type { ExportedChat } from './desktop/chat.js';
import type { ChatToExport, FindFiles } from './exported.js';
import { ExportFolder } from './files/export-folder.js';
import { type ChatPlace, FilePlaces } from './files/place-files.js';
import { type MediaWay, Placer } from './files/placer.js';
import type { StateChat } from './files/state.js';
import type { ExportAccount, Format, FormatScene, FormatWriter } from './formats/format.js';
import { beginFormat } from './formats/writers.js';
import type { LocalTime } from './local-time.js';
import { type FindNames, NamesOnDemand } from './names.js';

export interface ExportOptions {
  /** The folder that was asked for, absolute. */
  readonly output: string;
  /** Today, in the zone of the export: `2024-03-05`. */
  readonly day: string;
  readonly account: ExportAccount;
  /** One chat that is an export by itself; absent for an account's chats, each in a folder of its own. */
  readonly chat: ExportedChat | undefined;
  readonly chats: readonly ChatToExport[];
  readonly format: Format;
  readonly way: MediaWay;
  /** Writes Telegram Desktop's keys alone. */
  readonly strict: boolean;
  readonly time: LocalTime;
  /** The version of TelePi. */
  readonly version: string;
  readonly findNames: FindNames;
  readonly findFiles: FindFiles;
  readonly linkOf: FormatScene['linkOf'];
  readonly onProgress?: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/** What was done so far. */
export interface ExportProgress {
  readonly messages: number;
  /** Files that were put there by this export. */
  readonly files: number;
  readonly bytes: number;
}

export interface ExportSummary extends ExportProgress {
  /** The export's. */
  readonly folder: string;
  /** An earlier export of the same was there. */
  readonly isContinued: boolean;
  readonly chats: number;
  /** Files of messages that are nowhere within reach. */
  readonly missing: number;
  /** The files that hold the messages, below the folder, and how many of them say something new. */
  readonly texts: readonly string[];
  readonly changedTexts: number;
}

/**
 * Writes an export, message by message, and returns when it is whole. Files that hold messages get their names at the end, so one
 * that was cut off leaves those of the export before. Files of messages are put there once: a later export of the same into the
 * same folder continues with its names and numbers.
 * @throws UsageError EXPORT_OF_ANOTHER, EXPORT_RUNNING, EXPORT_NOTES_DAMAGED, EXPORT_NEWER; FailedError EXPORT_NOT_WRITTEN; the
 *   signal's reason when it is aborted
 */
export async function exportChats(options: ExportOptions): Promise<ExportSummary> {
  const { account, chat, output, day } = options;
  const identity = { account: account.id, ...(chat && { chat: chat.id }) };
  const folder = await ExportFolder.open(output, identity, day);
  try {
    return await writeInto(folder, options);
  } finally {
    await folder.close();
  }
}

async function writeInto(folder: ExportFolder, options: ExportOptions): Promise<ExportSummary> {
  const { account, chat, format, way, strict, time, version, linkOf, signal } = options;
  const { path, notes, state, list, fetched } = folder;
  let work: Work | undefined;
  const placer = new Placer({
    ...{ folder: path, temporary: notes, way, adopts: state !== undefined, fetched, signal },
    onBytes: (bytes) => work && showFetching(work, bytes),
  });
  const places = new FilePlaces({ list, placer, way, time });
  const names = new NamesOnDemand(options.findNames);
  const writer = await beginFormat(format, {
    ...{ folder: path, temporary: notes, account, chat, names, time, strict, version, linkOf },
  });
  try {
    work = { options, placer, places, writer, progress: { messages: 0 } };
    const { ordered, kept } = placed(options, state?.chats ?? []);
    for (const { toExport, place } of ordered) await writeChat(work, toExport, place);
    signal.throwIfAborted();
    const { paths, changed } = await writer.finish();
    await folder.keep(kept);
    return {
      folder: path,
      isContinued: state !== undefined,
      chats: ordered.length,
      ...soFar(work),
      missing: places.missing,
      texts: paths,
      changedTexts: changed,
    };
  } finally {
    await writer.abandon();
  }
}

interface Work {
  readonly options: ExportOptions;
  readonly placer: Placer;
  readonly places: FilePlaces;
  readonly writer: FormatWriter;
  readonly progress: { messages: number };
}

async function writeChat(work: Work, { chat, pages }: ChatToExport, place: ChatPlace): Promise<void> {
  const { options, places, writer, progress } = work;
  const { findFiles, onProgress, signal } = options;
  await writer.beginChat(chat, place.prefix);
  for await (const { shift, messages } of pages) {
    const found = await findFiles(messages);
    for (const message of messages) {
      signal.throwIfAborted();
      const files = await places.of(place, message, { shift, found });
      await writer.message({ message, shift, files });
      progress.messages += 1;
    }
    onProgress?.(soFar(work));
  }
  await writer.endChat();
}

/** A large file may take longer than all the rest. */
function showFetching(work: Work, bytes: number): void {
  const done = soFar(work);
  work.options.onProgress?.({ ...done, bytes: done.bytes + bytes });
}

function soFar({ progress: { messages }, placer: { written } }: Work): ExportProgress {
  return { messages, files: written.files, bytes: written.bytes };
}

interface PlacedChat {
  readonly toExport: ChatToExport;
  readonly place: ChatPlace;
}

/** Chats in the order of their numbers: the known ones keep theirs, others follow. `kept`: what is noted of all of them. */
function placed(
  { chat: single, chats }: ExportOptions,
  known: readonly StateChat[],
): { readonly ordered: readonly PlacedChat[]; readonly kept: readonly StateChat[] } {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = chats.filter(({ chat }) => !ids.has(chat.id));
  const width = String(known.length + fresh.length).length;
  const kept: StateChat[] = known.map((each) => ({ ...each, counters: { ...each.counters } }));
  for (const { chat } of fresh) {
    const number = String(kept.length + 1).padStart(width, '0');
    kept.push({ id: chat.id, prefix: single ? '' : `chats/chat_${number}/`, counters: {} });
  }
  const byId = new Map(chats.map((toExport) => [toExport.chat.id, toExport]));
  const ordered = kept.flatMap(({ id, prefix, counters }, index) => {
    const toExport = byId.get(id);
    return toExport ? [{ toExport, place: { number: index, prefix, counters } }] : [];
  });
  return { ordered, kept };
}
