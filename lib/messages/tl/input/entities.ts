import { Api } from 'telegram/tl/index.js';
import type { Entity, FormattedText } from '../../document/text.js';
import { toLong } from '../long.js';

type Builders = {
  readonly [Kind in Entity['kind']]: (
    entity: Entity & { readonly kind: Kind },
  ) => Api.TypeMessageEntity | undefined;
};

/**
 * A document's entities as a request names them. One that this version can't read has no such form, and what the server
 * finds in every text by itself isn't named.
 */
export function tlEntities(entities: readonly Entity[]): Api.TypeMessageEntity[] {
  return entities.flatMap((entity) => {
    const build = BUILDERS[entity.kind] as (entity: Entity) => Api.TypeMessageEntity | undefined;
    return build(entity) ?? [];
  });
}

/** A formatted text in the form that polls and checklists have. Mentions by id aren't allowed there. */
export function tlText({ text, entities }: FormattedText): Api.TextWithEntities {
  const settable = entities.filter(({ kind }) => kind !== 'mention_name');
  return new Api.TextWithEntities({ text, entities: tlEntities(settable) });
}

const BUILDERS: Builders = {
  bold: (at) => new Api.MessageEntityBold(span(at)),
  italic: (at) => new Api.MessageEntityItalic(span(at)),
  underline: (at) => new Api.MessageEntityUnderline(span(at)),
  strikethrough: (at) => new Api.MessageEntityStrike(span(at)),
  spoiler: (at) => new Api.MessageEntitySpoiler(span(at)),
  code: (at) => new Api.MessageEntityCode(span(at)),
  pre: (at) => new Api.MessageEntityPre({ ...span(at), language: at.language }),
  blockquote: (at) =>
    new Api.MessageEntityBlockquote({ ...span(at), ...(at.collapsed && { collapsed: true }) }),
  text_link: (at) => new Api.MessageEntityTextUrl({ ...span(at), url: at.url }),
  mention_name: (at) => new Api.MessageEntityMentionName({ ...span(at), userId: toLong(at.user) }),
  custom_emoji: (at) => new Api.MessageEntityCustomEmoji({ ...span(at), documentId: toLong(at.emoji) }),
  date: ({ kind: _, ...at }) => new Api.MessageEntityFormattedDate(at),
  mention: () => undefined,
  hashtag: () => undefined,
  cashtag: () => undefined,
  bot_command: () => undefined,
  link: () => undefined,
  email: () => undefined,
  phone: () => undefined,
  bank_card: () => undefined,
  // Marks of Telegram's AI editor, and whatever is newer than this version: no request accepts them.
  diff_insert: () => undefined,
  diff_delete: () => undefined,
  diff_replace: () => undefined,
  unknown: () => undefined,
};

function span({ offset, length }: Entity): { readonly offset: number; readonly length: number } {
  return { offset, length };
}
