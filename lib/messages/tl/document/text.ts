import type { Api } from 'telegram/tl/index.js';
import type { DateStyle, Entity, FormattedText, PlainEntity } from '../../document/text.js';
import { flag, long, type Maybe, present, user } from './fields.js';
import { type Readers, readBy, unknownOf } from './unknown.js';

/** A text and its entities. An entity that leads outside the text, which no good server sends, is cut to it. */
export function formattedText(
  text: string,
  entities: Maybe<readonly Api.TypeMessageEntity[]>,
): FormattedText {
  return { text, entities: (entities ?? []).map((entity) => entityOf(entity, text.length)) };
}

export function textWithEntities({ text, entities }: Api.TypeTextWithEntities): FormattedText {
  return formattedText(text, entities);
}

/** How a date is written out, in messages and in rich texts. */
export function dateStyle(style: Readonly<Partial<Record<keyof DateStyle, boolean | null>>>): DateStyle {
  return present<DateStyle>({
    relative: flag(style.relative),
    shortTime: flag(style.shortTime),
    longTime: flag(style.longTime),
    shortDate: flag(style.shortDate),
    longDate: flag(style.longDate),
    dayOfWeek: flag(style.dayOfWeek),
  });
}

type Details = { [E in Entity as E['kind']]: Omit<E, 'offset' | 'length'> }[Entity['kind']];

const plainEntity = (kind: PlainEntity['kind']) => (): Details => ({ kind });

const ENTITIES: Readers<Api.TypeMessageEntity, Details> = {
  MessageEntityUnknown: unknownOf,
  MessageEntityMention: plainEntity('mention'),
  MessageEntityHashtag: plainEntity('hashtag'),
  MessageEntityBotCommand: plainEntity('bot_command'),
  MessageEntityUrl: plainEntity('link'),
  MessageEntityEmail: plainEntity('email'),
  MessageEntityBold: plainEntity('bold'),
  MessageEntityItalic: plainEntity('italic'),
  MessageEntityCode: plainEntity('code'),
  MessageEntityPre: ({ language }) => ({ kind: 'pre', language }),
  MessageEntityTextUrl: ({ url }) => ({ kind: 'text_link', url }),
  MessageEntityMentionName: ({ userId }) => ({ kind: 'mention_name', user: user(userId) }),
  // Only requests have it.
  InputMessageEntityMentionName: (entity) =>
    'userId' in entity.userId
      ? { kind: 'mention_name', user: user(entity.userId.userId) }
      : unknownOf(entity),
  MessageEntityPhone: plainEntity('phone'),
  MessageEntityCashtag: plainEntity('cashtag'),
  MessageEntityUnderline: plainEntity('underline'),
  MessageEntityStrike: plainEntity('strikethrough'),
  MessageEntityBankCard: plainEntity('bank_card'),
  MessageEntitySpoiler: plainEntity('spoiler'),
  MessageEntityCustomEmoji: ({ documentId }) => ({ kind: 'custom_emoji', emoji: long(documentId) }),
  MessageEntityBlockquote: ({ collapsed }) => ({ kind: 'blockquote', ...(collapsed && { collapsed }) }),
  MessageEntityFormattedDate: (entity) => ({ kind: 'date', date: entity.date, ...dateStyle(entity) }),
  MessageEntityDiffInsert: plainEntity('diff_insert'),
  MessageEntityDiffReplace: ({ oldText }) => ({ kind: 'diff_replace', oldText }),
  MessageEntityDiffDelete: plainEntity('diff_delete'),
};

function entityOf(entity: Api.TypeMessageEntity, textLength: number): Entity {
  const offset = within(entity.offset, 0, textLength);
  const end = within(entity.offset + entity.length, offset, textLength);
  return { ...readBy(ENTITIES, entity), offset, length: end - offset } as Entity;
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
