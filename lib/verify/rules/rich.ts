import { isStored } from '../../messages/document/file.js';
import type { RichPage } from '../../messages/document/rich-page.js';
import { same } from './rule.js';
import { stable } from './stable.js';

/**
 * A rich message without what belongs to one message alone: its photos and files by their places, photos without their
 * bytes, which Telegram draws again, and texts without what the server finds in them by itself.
 */
export function richForm({ blocks, photos, files, rightToLeft }: RichPage): unknown {
  const placeOf = new Map<unknown, string>([
    ...photos.map((photo, index) => [idOf(photo), `photo ${index}`] as const),
    ...files.map((file, index) => [idOf(file), `file ${index}`] as const),
  ]);
  return {
    blocks: plainForm(blocks, placeOf),
    photos: photos.map((photo) => isStored(photo)),
    files: files.map((file) => {
      if (!isStored(file)) return false;
      const { reference, video, audio, image, sticker, animated } = file;
      const { size, mime, name } = reference;
      return stable({ size, mime, name, video, audio, image, sticker, animated });
    }),
    rightToLeft,
  };
}

export const rich = same('attributes', richForm);

function idOf(file: RichPage['photos'][number] | RichPage['files'][number]): string | undefined {
  if (isStored(file)) return file.reference.id;
  return 'gone' in file ? file.id : undefined;
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

function plainForm(value: unknown, placeOf: ReadonlyMap<unknown, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => plainForm(each, placeOf));
  if (typeof value !== 'object' || value === null) return value;
  const part = value as Readonly<Record<string, unknown>>;
  if (FOUND.has(part['kind']) && 'content' in part) return plainForm(part['content'], placeOf);
  if (part['kind'] === 'concat') return joined(part['parts'], placeOf);
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, each]) => {
      // The preview of a link is the server's.
      if (name === 'page') return [];
      const place = name === 'photo' || name === 'file' ? placeOf.get(each) : undefined;
      return [[name, place ?? plainForm(each, placeOf)] as const];
    }),
  );
}

interface Piece {
  readonly kind?: unknown;
  readonly text?: string;
}

/** Texts in a row; the plain ones that follow each other are one. */
function joined(parts: unknown, placeOf: ReadonlyMap<unknown, string>): unknown {
  const pieces: Piece[] = [];
  for (const each of (parts as readonly unknown[]).flatMap((part) => piecesOf(plainForm(part, placeOf)))) {
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
