import { isStored } from '../../messages/document/file.js';
import type { RichPage } from '../../messages/document/rich-page.js';
import type { Difference } from '../differences.js';
import { difference, type Rule, same } from './rule.js';
import { stable } from './stable.js';

/** The words and the layout of a rich message. */
export type RichWords = Pick<RichPage, 'blocks' | 'rightToLeft'>;

/**
 * A rich message without what belongs to one message alone: its photos and files by their places, photos without their
 * bytes, which Telegram draws again, and texts without what the server finds in them by itself.
 */
export function richForm(page: RichPage): unknown {
  return { words: wordsForm(page), files: filesForm(page) };
}

const words = same<RichPage>('attributes', wordsForm);
const files = same<RichPage>('attributes', filesForm);

/** Words and layout apart from the files: a run may change the words on purpose. */
export const rich: Rule<RichPage> = {
  compare(source, copy, at) {
    if (!source || !copy) {
      if (source || copy) at.found.push(difference('attributes', at.path, !!source, !!copy));
      return;
    }
    words.compare(source, copy, { ...at, path: `${at.path}.blocks` });
    files.compare(source, copy, { ...at, path: `${at.path}.files` });
  },
};

/** Compares the words that were sent with the ones of the copy. */
export function compareWords(sent: RichWords, copy: RichWords | undefined): Difference[] {
  const found: Difference[] = [];
  if (copy) same('attributes', wordsForm).compare(sent, copy, { path: 'richMessage.blocks', found });
  else found.push(difference('attributes', 'richMessage', true, false));
  return found;
}

function wordsForm({ blocks, rightToLeft }: RichWords): unknown {
  return { blocks: plainForm(blocks, new Map()), rightToLeft };
}

function filesForm({ photos, files }: RichPage): unknown {
  return {
    photos: photos.map((photo) => isStored(photo)),
    files: files.map((file) => {
      if (!isStored(file)) return false;
      const { reference, video, audio, image, sticker, animated } = file;
      const { size, mime, name } = reference;
      return stable({ size, mime, name, video, audio, image, sticker, animated });
    }),
  };
}

/** What the server marks in a text that it receives. */
const FOUND: ReadonlySet<unknown> = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'link',
  'email',
  'phone',
  'bank_card',
]);

/** `places`: the photos and files so far, each by the order in which the blocks name them. */
function plainForm(value: unknown, places: Map<unknown, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => plainForm(each, places));
  if (typeof value !== 'object' || value === null) return value;
  const part = value as Readonly<Record<string, unknown>>;
  if (FOUND.has(part['kind']) && 'content' in part) return plainForm(part['content'], places);
  if (part['kind'] === 'concat') return joined(part['parts'], places);
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, each]) => {
      // The preview of a link is the server's.
      if (name === 'page') return [];
      const isNamed = typeof each === 'string' && (name === 'photo' || name === 'file');
      return [[name, isNamed ? placeIn(places, name, each) : plainForm(each, places)] as const];
    }),
  );
}

function placeIn(places: Map<unknown, string>, kind: string, id: string): string {
  const place = places.get(id) ?? `${kind} ${places.size}`;
  places.set(id, place);
  return place;
}

interface Piece {
  readonly kind?: unknown;
  readonly text?: string;
}

/** Texts in a row; the plain ones that follow each other are one. */
function joined(parts: unknown, places: Map<unknown, string>): unknown {
  const pieces: Piece[] = [];
  for (const each of (parts as readonly unknown[]).flatMap((part) => piecesOf(plainForm(part, places)))) {
    const last = pieces.at(-1);
    if (each.kind === 'empty') continue;
    if (last?.kind === 'plain' && each.kind === 'plain') {
      pieces[pieces.length - 1] = { kind: 'plain', text: `${last.text}${each.text}` };
    } else pieces.push(each);
  }
  const [only = { kind: 'empty' }] = pieces;
  return pieces.length > 1 ? { kind: 'concat', parts: pieces } : only;
}

function piecesOf(form: unknown): readonly Piece[] {
  const { kind, parts } = form as { readonly kind?: unknown; readonly parts?: readonly Piece[] };
  return kind === 'concat' && parts ? parts : [form as Piece];
}
