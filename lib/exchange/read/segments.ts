import type { Entity, FormattedText, PlainEntity } from '../../messages/document/text.js';
import { isObject, type JsonObject, NO_ID } from './fields.js';

/** A text that was read, and whether its segments say something that no entity has a field for. */
export interface ReadText extends FormattedText {
  readonly isLossy: boolean;
}

/**
 * A text from Telegram Desktop's segments: one string, a list of strings and objects, or objects alone. Each formatted one
 * becomes an entity.
 */
export function textOf(value: unknown): ReadText {
  if (typeof value === 'string') return { text: value, entities: [], isLossy: false };
  let text = '';
  const entities: Entity[] = [];
  let isLossy = false;
  for (const segment of Array.isArray(value) ? value : []) {
    if (typeof segment === 'string') text += segment;
    else if (isObject(segment) && typeof segment['text'] === 'string') {
      const span = { offset: text.length, length: segment['text'].length };
      text += segment['text'];
      if (segment['type'] === 'plain' || span.length === 0) continue;
      const entity = entityOf(segment, span);
      if (entity) entities.push(entity);
      isLossy ||= !entity || ('emoji' in entity && entity.emoji === NO_ID);
    }
  }
  return { text, entities, isLossy };
}

type Span = Pick<Entity, 'offset' | 'length'>;

const PLAIN: ReadonlySet<string> = new Set<PlainEntity['kind']>([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'link',
  'email',
  'phone',
  'bank_card',
]);

function entityOf(segment: JsonObject, span: Span): Entity | undefined {
  const { type, href, language, user_id: user } = segment;
  switch (type) {
    case 'text_link':
      return typeof href === 'string' ? { kind: 'text_link', ...span, url: href } : undefined;
    case 'pre':
      return { kind: 'pre', ...span, language: typeof language === 'string' ? language : '' };
    case 'mention_name':
      return Number.isSafeInteger(Number(user)) && Number(user) > 0
        ? { kind: 'mention_name', ...span, user: Number(user) }
        : undefined;
    case 'blockquote':
      return { kind: 'blockquote', ...span, ...(segment['collapsed'] === true && { collapsed: true }) };
    case 'custom_emoji':
      return { kind: 'custom_emoji', ...span, emoji: emojiId(segment['document_id']) };
    default:
      return typeof type === 'string' && PLAIN.has(type)
        ? { kind: type as PlainEntity['kind'], ...span }
        : undefined;
  }
}

/** Telegram Desktop writes the path of the emoji's file in place of its id. */
export function emojiId(value: unknown): string {
  return typeof value === 'string' && /^\d+$/.test(value) ? value : NO_ID;
}
