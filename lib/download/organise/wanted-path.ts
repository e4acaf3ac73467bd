import { basename } from 'node:path';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { extensionOf } from '../../messages/selection/files.js';
import type { MessageFacts } from '../../store/tables/file-facts.js';
import type { PathField, PathTemplate, PlacedFile } from '../path-template.js';
import { safeName, splitEnding } from '../safe-name.js';
import type { FoundFile } from '../walk-files.js';

/** Where files go of which nothing is known but themselves, when the template names something that isn't known of them. */
const UNSORTED = 'unsorted';

/**
 * Where the template puts a file of a message that TelePi knows, under the folder.
 * @param mediaId Telegram's id of the file; undefined: the message's own
 * @returns undefined when the template names something that the store doesn't know
 */
export function pathOfKnown(
  template: PathTemplate,
  facts: MessageFacts,
  mediaId: bigint | undefined,
): string | undefined {
  const { document, chat, chatId, messageId, topic, sender } = facts;
  if (!('date' in document)) return undefined;
  const files = filesOfDocument(document);
  const index =
    mediaId === undefined ? 0 : files.findIndex(({ reference }) => BigInt(reference.id) === mediaId);
  const file = files[index];
  if (!file) return undefined;
  if (chat === undefined && template.fields.has('chat')) return undefined;
  const isTopicMissing = topic === undefined && 'topic' in document && document.topic !== undefined;
  if (isTopicMissing && template.fields.has('topic')) return undefined;
  const { reference, kind } = file;
  return template.pathOf({
    chat: chat ?? '',
    chatId,
    topic,
    sender,
    date: document.date,
    kind,
    id: messageId,
    index,
    album: document.kind === 'message' ? document.album : undefined,
    name: reference.name,
    extension: extensionOf(reference),
  });
}

/** Of a file that no message is known to have: the older tools' name and its own, or its time, and its kind by its ending. */
const KNOWN_OF_STRAYS: readonly PathField[] = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'kind',
  'name',
  'stem',
  'ext',
];

/**
 * Where a file goes that TelePi doesn't know. `YYYYMMDD_HHMMSS_<id>_<name>` says its date, id and name; another file has its
 * modification time and its own name. When the template names something else, it goes to
 * `unsorted/<year>-<month>/<kind>/<its name>`.
 */
export function pathOfStray(template: PathTemplate, { path, modified }: FoundFile): string {
  const own = basename(path);
  const read = readOldName(own);
  const name = read?.name ?? own;
  const [, ending] = splitEnding(name);
  const extension = ending.slice(1);
  const kind = KINDS.get(extension.toLowerCase()) ?? 'file';
  const date = read?.date ?? modified;
  const known: readonly PathField[] = read ? [...KNOWN_OF_STRAYS, 'id'] : KNOWN_OF_STRAYS;
  if ([...template.fields].every((field) => known.includes(field))) {
    const file: PlacedFile = {
      chat: '',
      chatId: 0,
      date,
      kind,
      id: read?.id ?? 0,
      index: read?.index ?? 0,
      name,
      extension,
    };
    return template.pathOf(file);
  }
  const month = new Date(date * 1000).toISOString().slice(0, 7);
  return [UNSORTED, month, kind, safeName(own, { fallback: kind })].join('/');
}

/** Whether a file has a name that the older tools, or TelePi, gave it. */
export function hasOldName({ path }: FoundFile): boolean {
  return readOldName(basename(path)) !== undefined;
}

interface OldName {
  readonly date: number;
  readonly id: number;
  readonly index: number;
  readonly name: string;
}

/** Undefined for another name, also for one with a date that no calendar has. */
function readOldName(name: string): OldName | undefined {
  const form = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_(\d{1,10})(?:-([1-9]\d?))?_(.+)$/su.exec(name);
  if (!form) return undefined;
  const [, year, month, day, hour, minute, second, id, number = '1', rest = ''] = form;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(text);
  if (Number.isNaN(time) || new Date(time).toISOString() !== text || time < 0) return undefined;
  return { date: time / 1000, id: Number(id), index: Number(number) - 1, name: rest };
}

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    photo: 'jpg jpeg png heic',
    video: 'mp4 mov mkv webm avi m4v',
    animation: 'gif',
    audio: 'mp3 m4a flac wav opus',
    voice: 'ogg oga',
    sticker: 'webp tgs',
  }).flatMap(([kind, endings]) => endings.split(' ').map((ending) => [ending, kind] as const)),
);
