import type { Entity } from '../document/text.js';

/**
 * How an entity takes a change of its text. `style`: may be cut and lie over others. `quote`: may be cut, never nested.
 * `code`: may be cut, and holds nothing else. `label`: its words may change, and it still leads where it led. `found`:
 * the server finds it in the text again, so it stands for exactly its words. `whole`: says something about its words as
 * they are. core.telegram.org/bots/api#messageentity says which may contain which.
 */
export type Behaviour = 'style' | 'quote' | 'code' | 'label' | 'found' | 'whole';

export function behaviourOf({ kind }: Entity): Behaviour {
  return BEHAVIOURS[kind];
}

/** Whether a part of the entity, without the rest, still means something. */
export function mayBeCut(entity: Entity): boolean {
  const behaviour = behaviourOf(entity);
  return behaviour !== 'found' && behaviour !== 'whole';
}

/** The same entity elsewhere. Offset and length in UTF-16 units. */
export function moved<E extends Entity>(entity: E, offset: number, length: number = entity.length): E {
  return { ...entity, offset, length };
}

export function endOf({ offset, length }: Pick<Entity, 'offset' | 'length'>): number {
  return offset + length;
}

const BEHAVIOURS: Readonly<Record<Entity['kind'], Behaviour>> = {
  bold: 'style',
  italic: 'style',
  underline: 'style',
  strikethrough: 'style',
  spoiler: 'style',
  diff_insert: 'style',
  diff_delete: 'style',
  blockquote: 'quote',
  code: 'code',
  pre: 'code',
  text_link: 'label',
  mention_name: 'label',
  mention: 'found',
  hashtag: 'found',
  cashtag: 'found',
  bot_command: 'found',
  link: 'found',
  email: 'found',
  phone: 'found',
  bank_card: 'found',
  custom_emoji: 'whole',
  date: 'whole',
  diff_replace: 'whole',
  unknown: 'whole',
};
