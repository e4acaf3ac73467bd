import type { FormattedText } from '../../messages/document/text.js';
import { type Rule, same } from './rule.js';

/** A text inside media. Its custom emoji are compared apart from it, since a copy may be without them. */
export const styled: Rule<FormattedText> = {
  compare(source, copy, at) {
    same('attributes', plainPart).compare(source, copy, at);
    if (source && copy)
      same('attributes', customEmoji).compare(source, copy, { ...at, path: `${at.path}.custom_emoji` });
  },
};

function plainPart({ text, entities }: FormattedText): unknown {
  return { text, entities: entities.filter(({ kind }) => kind !== 'custom_emoji') };
}

function customEmoji({ entities }: FormattedText): unknown {
  return entities.filter(({ kind }) => kind === 'custom_emoji');
}
