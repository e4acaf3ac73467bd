import type { Entity } from '../messages/document/text.js';

/** Formatting that Telegram itself finds in a text; it finds it in a copy by its own rules of that time. */
export const FOUND_BY_TELEGRAM: ReadonlySet<unknown> = new Set<Entity['kind']>([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'link',
  'email',
  'phone',
  'bank_card',
]);
