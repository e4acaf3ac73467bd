import { basename } from 'node:path';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { extensionOf } from '../../messages/selection/files.js';
import type { MessageFacts } from '../../store/tables/file-facts.js';
import type { PathField, PathTemplate } from '../path-template.js';
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

/** Of a file that no message is known to have: by its time, its own name and its ending. */
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
 * Where a file goes that TelePi doesn't know. An old name (see `readOldName`) says its time and name, and perhaps its message; another
 * file has its modification time and its own name. A number that may be an id is never lost: where the template doesn't name
 * `id`, it stays in the name, unless a message is known to have it. When the template names something else, the file goes to
 * `unsorted/<year>-<month>/<kind>/<its name>`.
 */
export function pathOfStray(template: PathTemplate, { path, modified }: FoundFile, isId: IsId): string {
  const own = basename(path);
  const old = readOldName(own);
  const numbered = old?.numbered;
  const wantsId = template.fields.has('id');
  const isMessage =
    numbered !== undefined &&
    (isId(numbered.id, old?.date ?? 0)
      ? wantsId || numbered.name !== undefined
      : wantsId && numbered.isLikely);
  const whole = old?.name ?? own;
  const name = isMessage ? numbered.name : whole;
  const extension = splitEnding(name ?? whole)[1].slice(1);
  const kind = KINDS.get(extension.toLowerCase()) ?? 'file';
  const date = old?.date ?? modified;
  const known: readonly PathField[] = isMessage ? [...KNOWN_OF_STRAYS, 'id'] : KNOWN_OF_STRAYS;
  if ([...template.fields].every((field) => known.includes(field))) {
    const [id, index] = isMessage ? [numbered.id, numbered.index] : [0, 0];
    return template.pathOf({ chat: '', chatId: 0, date, kind, id, index, name, extension });
  }
  const month = new Date(date * 1000).toISOString().slice(0, 7);
  return [UNSORTED, month, kind, safeName(own, { fallback: kind })].join('/');
}

/** Whether a message of this id is known that was sent at this time, in unix seconds. */
export type IsId = (id: number, date: number) => boolean;

/** Undefined when the name of a file says nothing; see `readOldName`. */
export function oldNameOf({ path }: FoundFile): OldName | undefined {
  return readOldName(basename(path));
}

export interface OldName {
  /** In unix seconds. */
  readonly date: number;
  /** All that follows the time. */
  readonly name: string;
  /** What its number says, if that is the id of a message. */
  readonly numbered?: {
    readonly id: number;
    readonly index: number;
    /** Undefined for a file without a name. */
    readonly name: string | undefined;
    /** It looks like no year and no date. */
    readonly isLikely: boolean;
  };
}

/**
 * Reads the names of three kinds: `20240305_183000_77_report.pdf`, as TelePi names files without a template (`77-2` for a message's
 * second file), and `20240305_183000_msg77.jpg` and `20240305_183000_report.pdf`, as Telegram Utilities names those
 * without and with a name. So `20240305_183000_2023_report.pdf` may be `2023_report.pdf`.
 * @returns undefined for another name, also for one with a date that no calendar has
 */
function readOldName(own: string): OldName | undefined {
  const form = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_(.+)$/su.exec(own);
  if (!form) return undefined;
  const [, year, month, day, hour, minute, second, name = ''] = form;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const time = Date.parse(text);
  if (Number.isNaN(time) || new Date(time).toISOString() !== text || time < 0) return undefined;
  const numbered = numberedOf(name);
  return { date: time / 1000, name, ...(numbered && { numbered }) };
}

function numberedOf(name: string): OldName['numbered'] {
  // Telethon, which Telegram Utilities downloads with, numbers what is downloaded again: `msg77 (1).jpg`.
  const [, unnamed] = /^msg(\d{1,10})(?: \(\d+\))?\.[^.\s]{1,16}$/u.exec(name) ?? [];
  if (unnamed !== undefined) return { id: Number(unnamed), index: 0, name: undefined, isLikely: true };
  const [, id = '', number = '1', rest] = /^(\d{1,10})(?:-([1-9]\d?))?_(.+)$/su.exec(name) ?? [];
  if (rest === undefined) return undefined;
  return { id: Number(id), index: Number(number) - 1, name: rest, isLikely: !LIKE_A_DATE.test(id) };
}

/** 2023, 202312 and 20231231. */
const LIKE_A_DATE = /^(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?)?$/;

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
