import type { Entity, FormattedText } from '../../messages/document/text.js';
import { pairEnd, pairStart } from '../../messages/text/boundaries.js';
import type { Json, JsonObject } from './json.js';

/** How texts are cut where formatting overlaps. */
export interface SegmentStyle {
  /** As Telegram Desktop does: what begins inside of another entity is dropped. Otherwise the one that says more shows. */
  readonly strict: boolean;
}

/** A text in both of Telegram Desktop's forms. */
export interface SegmentedText {
  readonly text: Json;
  readonly entities: readonly JsonObject[];
}

/** Cuts a text into segments, which follow each other and make up the text. */
export function segmentedText(text: FormattedText, style: SegmentStyle): SegmentedText {
  const segments = segmentsOf(text, style);
  return { text: textOf(segments), entities: segments.map(objectOf) };
}

/** A piece of a text, and what formats it. */
export interface Segment {
  readonly text: string;
  readonly entity: Entity | undefined;
}

/** The pieces of a text in order; none is empty, and no two neighbours are plain. */
export function segmentsOf({ text, entities }: FormattedText, { strict }: SegmentStyle): readonly Segment[] {
  const whole = entities.filter(({ offset, length }) => length > 0 && offset >= 0 && offset < text.length);
  const pieces = strict ? withoutInner(whole, text) : flattened(whole, text);
  const segments: Segment[] = [];
  let at = 0;
  for (const { start, end, entity } of pieces) {
    if (start > at) segments.push({ text: text.slice(at, start), entity: undefined });
    segments.push({ text: text.slice(start, end), entity });
    at = end;
  }
  if (at < text.length) segments.push({ text: text.slice(at), entity: undefined });
  return segments;
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly entity: Entity;
}

/** Each entity that begins behind the end of the one before. */
function withoutInner(entities: readonly Entity[], text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const entity of entities) {
    const piece = pieceOf(entity, text);
    if (piece.start < at) continue;
    pieces.push(piece);
    at = piece.end;
  }
  return pieces;
}

function pieceOf(entity: Entity, text: string): Piece {
  return {
    start: pairStart(text, entity.offset),
    end: pairEnd(text, entity.offset + entity.length),
    entity,
  };
}

/** Cut at every edge; of several entities over a piece, the one with the highest rank has it. */
function flattened(entities: readonly Entity[], text: string): readonly Piece[] {
  const covering = entities.map((entity) => pieceOf(entity, text));
  const edges = [...new Set(covering.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const starting = [...covering].sort((one, other) => one.start - other.start);
  const pieces: Piece[] = [];
  let open: Piece[] = [];
  let next = 0;
  for (const [index, start] of edges.entries()) {
    open = open.filter(({ end }) => end > start);
    for (; next < starting.length && (starting[next] as Piece).start <= start; next += 1) {
      open.push(starting[next] as Piece);
    }
    const end = edges[index + 1];
    const [first, ...others] = open;
    if (end === undefined || !first) continue;
    const { entity } = others.reduce((best, other) => (rankOf(other) > rankOf(best) ? other : best), first);
    const before = pieces.at(-1);
    if (before?.entity === entity && before.end === start) pieces[pieces.length - 1] = { ...before, end };
    else pieces.push({ start, end, entity });
  }
  return pieces;
}

function rankOf({ entity }: Piece): number {
  return TYPES[entity.kind].rank;
}

interface EntityType {
  /** Its name in result.json. */
  readonly type: string;
  /** The higher one shows. What leads somewhere comes before what only looks different. */
  readonly rank: number;
}

/** What each kind of entity is called; a kind that is missing doesn't compile. */
const TYPES: { readonly [Kind in Entity['kind']]: EntityType } = {
  custom_emoji: { type: 'custom_emoji', rank: 9 },
  text_link: { type: 'text_link', rank: 8 },
  mention_name: { type: 'mention_name', rank: 8 },
  link: { type: 'link', rank: 7 },
  mention: { type: 'mention', rank: 7 },
  email: { type: 'email', rank: 7 },
  phone: { type: 'phone', rank: 7 },
  bank_card: { type: 'bank_card', rank: 7 },
  bot_command: { type: 'bot_command', rank: 7 },
  hashtag: { type: 'hashtag', rank: 7 },
  cashtag: { type: 'cashtag', rank: 7 },
  pre: { type: 'pre', rank: 6 },
  code: { type: 'code', rank: 6 },
  spoiler: { type: 'spoiler', rank: 5 },
  bold: { type: 'bold', rank: 4 },
  italic: { type: 'italic', rank: 4 },
  strikethrough: { type: 'strikethrough', rank: 4 },
  underline: { type: 'underline', rank: 4 },
  blockquote: { type: 'blockquote', rank: 3 },
  date: { type: 'unknown', rank: 2 },
  diff_insert: { type: 'unknown', rank: 1 },
  diff_delete: { type: 'unknown', rank: 1 },
  diff_replace: { type: 'unknown', rank: 1 },
  unknown: { type: 'unknown', rank: 0 },
};

function textOf(segments: readonly Segment[]): Json {
  const [first, ...others] = segments;
  if (!first) return '';
  if (others.length === 0 && !first.entity) return first.text;
  return segments.map((segment) => (segment.entity ? objectOf(segment) : segment.text));
}

function objectOf({ text, entity }: Segment): JsonObject {
  if (!entity) return { type: 'plain', text };
  return { type: TYPES[entity.kind].type, text, ...extraOf(entity) };
}

function extraOf(entity: Entity): JsonObject {
  switch (entity.kind) {
    case 'text_link':
      return { href: entity.url };
    case 'pre':
      return { language: entity.language };
    case 'mention_name':
      return { user_id: entity.user };
    case 'blockquote':
      return { collapsed: entity.collapsed === true };
    case 'custom_emoji':
      return { document_id: entity.emoji };
    default:
      return {};
  }
}
