import type { PostDocument, ServiceDocument } from '../../lib/messages/document/document.js';
import type { Media } from '../../lib/messages/document/media.js';
import type { Entity } from '../../lib/messages/document/text.js';
import type { MessageToSave } from '../../lib/store/tables/message-columns.js';
import { type Dice, dice } from './dice.js';
import { isChinese, wordOf } from './vocabulary.js';

/** A group of this many people, over ten years, whatever the number of its messages. */
const SENDERS = 3000;
/** The one who writes most. */
export const FIRST_SENDER = 1001;
const FIRST_DATE = Date.UTC(2015, 0, 5) / 1000;
const YEARS = 10;
const DAY = 86_400;
const FIRST_FILE = 0x5a00_0000_0000_0000n;
const LAYER = 227;

export interface SyntheticChat {
  readonly chatId: number;
  readonly seed: number;
  readonly count: number;
}

/**
 * Messages of a large and busy group as it might be: words by Zipf's law in Latin, Cyrillic and Chinese letters, half a million
 * different ones in the long run; nights and weekends are quieter; a fifth has a file, a quarter answers another message. The
 * same for a seed. Ids are 1 to `count`.
 */
export function* syntheticMessages({ chatId, seed, count }: SyntheticChat): Generator<MessageToSave> {
  const draw = dice(seed);
  let album: { readonly id: string; left: number } | undefined;
  for (let id = 1; id <= count; id += 1) {
    const date = Math.floor(FIRST_DATE + waking(YEARS * 365 * DAY * (id / count) ** 0.7));
    if (draw.is(0.01)) {
      yield { document: note({ id, chat: chatId, date }), raw: rawOf(draw, '') };
      continue;
    }
    if (!album && draw.is(0.01)) album = { id: String(FIRST_FILE + BigInt(id)), left: 3 };
    const document = postOf(draw, { id, chat: chatId, date }, album?.id);
    if (album) {
      album.left -= 1;
      if (album.left === 0) album = undefined;
    }
    yield { document, raw: rawOf(draw, document.text) };
  }
}

interface Place {
  readonly id: number;
  readonly chat: number;
  readonly date: number;
}

/** Moves a moment that is spread evenly over a week into its days and hours in which people write: fewer at weekends, none at night, most in the evening. */
function waking(seconds: number): number {
  const week = Math.floor(seconds / WEEK);
  const share = (seconds / WEEK - week) * ALL_DAYS;
  const day = WEEKDAYS.findIndex((sum) => share < sum);
  const before = WEEKDAYS[day - 1] ?? 0;
  const part = (share - before) / ((WEEKDAYS[day] ?? 1) - before);
  return (
    week * WEEK + day * DAY + Math.min(DAY - 1, (0.28 + 0.7 * part ** 0.8 + 0.04 * Math.sin(part * 19)) * DAY)
  );
}

const WEEK = 7 * DAY;
/** What the days from Monday to Sunday have together. */
const WEEKDAYS = [1, 2.1, 3, 4.1, 5, 5.6, 6.3];
const ALL_DAYS = 6.3;

function note(place: Place): ServiceDocument {
  return {
    version: 1,
    kind: 'service',
    ...place,
    author: FIRST_SENDER + (place.id % SENDERS),
    flags: {},
    action: { kind: 'take_screenshot' },
  };
}

function postOf(draw: Dice, place: Place, album: string | undefined): PostDocument {
  const isMedia = album !== undefined || draw.is(0.2);
  const written = isMedia && draw.is(0.7) ? { text: '', entities: [] } : textOf(draw);
  const replyTo = place.id - 1 - Math.floor(200 * draw.next() ** 3);
  return {
    ...{ version: 1, kind: 'message', ...place, ...written, flags: {} },
    author: FIRST_SENDER - 1 + Math.floor(SENDERS ** draw.next()),
    ...(album !== undefined && { album }),
    ...(isMedia && { media: mediaOf(draw, place.id, album !== undefined) }),
    ...(replyTo > 0 && draw.is(0.25) && { reply: { kind: 'message', id: replyTo } }),
    ...(draw.is(0.1) && { reactions: reactionsOf(draw) }),
    ...(draw.is(0.03) && { editDate: place.date + 60 }),
    ...(draw.is(0.05) && { forward: { date: place.date - DAY, from: FIRST_SENDER + draw.below(SENDERS) } }),
  };
}

const EMOJI = ['😂', '❤', '👍', '😊', '🎉', '👨‍👩‍👧', '🇺🇦', '🔥', '🙏🏽', '🤔'];
const REACTIONS = ['👍', '❤', '🔥', '😁', '🎉'];

function textOf(draw: Dice): { text: string; entities: Entity[] } {
  const words = 1 + Math.floor(-12 * Math.log(1 - draw.next() * 0.999));
  const script = draw.next();
  const entities: Entity[] = [];
  const between = isChinese(script) ? '' : ' ';
  let text = '';
  for (let nth = 0; nth < words; nth += 1) {
    text += `${text === '' ? '' : between}${wordOf(draw.next(), script)}`;
    if (nth % 9 === 8) text += '.';
  }
  if (draw.is(0.15)) text += ` ${draw.of(EMOJI)}`;
  if (draw.is(0.06)) {
    const link = `https://${wordOf(0.4 + draw.next() / 2, 0)}.example.org/${draw.below(1_000_000)}`;
    entities.push({ kind: 'link', offset: text.length + 1, length: link.length });
    text += ` ${link}`;
  }
  if (draw.is(0.01)) {
    entities.push({
      kind: 'custom_emoji',
      offset: text.length + 1,
      length: 2,
      emoji: String(draw.below(500)),
    });
    text += ' 😀';
  }
  if (draw.is(0.05)) entities.push({ kind: 'bold', offset: 0, length: Math.min(5, text.length) });
  return { text, entities };
}

function reactionsOf(draw: Dice): NonNullable<PostDocument['reactions']> {
  const first = draw.below(REACTIONS.length);
  const counts = [first, first + 1].map((nth) => ({
    reaction: { kind: 'emoji' as const, emoji: REACTIONS[nth % REACTIONS.length] ?? '👍' },
    count: 1 + Math.floor(1 / (0.02 + draw.next())),
  }));
  return { counts };
}

function mediaOf(draw: Dice, id: number, isPhoto: boolean): Media {
  const size = Math.floor(1000 * 10 ** (4 * draw.next()));
  const head = { id: String(FIRST_FILE + BigInt(id)), accessHash: String(draw.below(2 ** 31)), dc: 2, size };
  const fileReference = Buffer.from(`reference ${id}`).toString('base64');
  if (isPhoto || draw.is(0.6)) {
    const reference = { source: 'photo', ...head, mime: 'image/jpeg', variant: 'y', fileReference } as const;
    const sizes = [{ kind: 'file', type: 'y', width: 1280, height: 960, size }] as const;
    return { kind: 'photo', photo: { reference, date: FIRST_DATE, sizes } };
  }
  const video = draw.is(0.4);
  const name = `${wordOf(draw.next(), 0)}-${id}.${video ? 'mp4' : 'pdf'}`;
  const mime = video ? 'video/mp4' : 'application/pdf';
  const reference = { source: 'document', ...head, mime, name, fileReference } as const;
  const facts = video && { video: { width: 1280, height: 720, duration: 30 } };
  return { kind: video ? 'video' : 'file', file: { reference, date: FIRST_DATE, ...facts } };
}

/** As long as the TL of such a message, and as hard to compress. */
function rawOf(draw: Dice, text: string): NonNullable<MessageToSave['raw']> {
  const head = Buffer.alloc(96);
  for (let at = 0; at < 96; at += 4) head.writeUInt32LE(draw.below(2 ** 32), at);
  return { tl: Buffer.concat([head, Buffer.from(text)]), layer: LAYER };
}
