import type { MessageDocument } from '../../messages/document/document.js';
import { type Fields, type Json, Verbatim } from './json.js';

/**
 * The keys of a message that came from a result.json itself: what stood there, and what no document has a field for, takes the place of
 * what would be written. Other messages are as they are.
 */
export function withImportedKeys(fields: Fields, document: MessageDocument): Fields {
  const imported = 'imported' in document ? document.imported : undefined;
  if (imported?.form !== 'result.json') return fields;
  const left = new Map(Object.entries(imported.keys));
  const kept = fields.filter(([key]) => left.has(key) || !isOutdone(key, document, left));
  const all: [key: string, value: Json | undefined][] = kept.map(([key, value]) => {
    const stood = left.get(key);
    left.delete(key);
    return [key, stood === undefined ? value : asStood(key, stood)];
  });
  for (const [key, value] of left) all.splice(placeOf(key, all), 0, [key, asStood(key, value)]);
  return all;
}

/** What describes a file: all of it comes from the file that was read, or none. */
const FILE = [
  'photo',
  'photo_file_size',
  'file',
  'file_name',
  'file_size',
  'thumbnail',
  'thumbnail_file_size',
  'media_type',
  'sticker_emoji',
  'performer',
  'title',
  'mime_type',
  'duration_seconds',
  'width',
  'height',
];

/** Whether a key says only what a document had to guess. */
function isOutdone(key: string, { kind }: MessageDocument, left: ReadonlyMap<string, unknown>): boolean {
  if (key === 'days') return left.has('months');
  return kind === 'message' && FILE.includes(key);
}

/** In the order in which Telegram Desktop writes them; others stand in front of the text. */
const ORDER = [
  ...['id', 'type', 'date', 'date_unixtime', 'edited', 'edited_unixtime', 'actor', 'actor_id', 'action'],
  ...['from', 'from_id', 'author', 'forwarded_from', 'forwarded_from_id', 'saved_from'],
  ...['reply_to_message_id', 'reply_to_peer_id', 'via_bot', ...FILE],
  ...['media_spoiler', 'self_destruct_period_seconds'],
];

function placeOf(key: string, all: Fields): number {
  const rank = ORDER.indexOf(key);
  if (rank >= 0) {
    const behind = all.findLastIndex(([other]) => ORDER.indexOf(other) >= 0 && ORDER.indexOf(other) < rank);
    return behind + 1;
  }
  const text = all.findIndex(([other]) => other === 'text' || other === 'rich_message');
  return text < 0 ? all.length : text;
}

/** Numbers above 2^53, which were read as texts, and which Telegram Desktop writes without quotes. */
const BARE: ReadonlySet<string> = new Set(['new_icon_emoji_id', 'gift_id', 'reason_app_id']);

function asStood(key: string, value: unknown): Json {
  if (BARE.has(key) && typeof value === 'string' && /^-?\d+$/.test(value)) return new Verbatim(value);
  return value as Json;
}
