import { Api } from 'telegram/tl/index.js';
import { onlySet } from '../flags.js';
import { FOUND } from '../text/kept.js';
import { fromLong, toLong } from '../tl.js';
import type { Entity, EntityKind } from '../world/entity.js';
import type { Account } from '../world/model.js';
import type { World } from '../world/world.js';
import { badRequest } from './context.js';
import { userOf } from './peers.js';

type Simple = Exclude<
  EntityKind,
  'pre' | 'textUrl' | 'mentionName' | 'customEmoji' | 'blockquote' | 'date' | 'diffReplace'
>;

const SIMPLE = {
  mention: Api.MessageEntityMention,
  hashtag: Api.MessageEntityHashtag,
  cashtag: Api.MessageEntityCashtag,
  botCommand: Api.MessageEntityBotCommand,
  url: Api.MessageEntityUrl,
  email: Api.MessageEntityEmail,
  phone: Api.MessageEntityPhone,
  bankCard: Api.MessageEntityBankCard,
  bold: Api.MessageEntityBold,
  italic: Api.MessageEntityItalic,
  underline: Api.MessageEntityUnderline,
  strike: Api.MessageEntityStrike,
  spoiler: Api.MessageEntitySpoiler,
  code: Api.MessageEntityCode,
  unknown: Api.MessageEntityUnknown,
  diffInsert: Api.MessageEntityDiffInsert,
  diffDelete: Api.MessageEntityDiffDelete,
} as const satisfies Record<Simple, unknown>;

export function tlEntity(entity: Entity): Api.TypeMessageEntity {
  const { offset, length } = entity;
  switch (entity.kind) {
    case 'pre':
      return new Api.MessageEntityPre({ offset, length, language: entity.language ?? '' });
    case 'textUrl':
      return new Api.MessageEntityTextUrl({ offset, length, url: entity.url ?? '' });
    case 'mentionName':
      return new Api.MessageEntityMentionName({ offset, length, userId: toLong(entity.userId ?? 0) });
    case 'customEmoji':
      return new Api.MessageEntityCustomEmoji({ offset, length, documentId: toLong(entity.emojiId ?? 0n) });
    case 'blockquote':
      return new Api.MessageEntityBlockquote({ offset, length, collapsed: entity.collapsed ?? false });
    case 'date':
      return new Api.MessageEntityFormattedDate({ offset, length, date: entity.date ?? 0, ...entity.format });
    case 'diffReplace':
      return new Api.MessageEntityDiffReplace({ offset, length, oldText: entity.oldText ?? '' });
    default:
      return new SIMPLE[entity.kind]({ offset, length });
  }
}

/** The world's form of a client's entity; undefined for kinds that only a server makes or finds, or nobody knows. */
export function entityOf(world: World, me: Account, entity: Api.TypeMessageEntity): Entity | undefined {
  const { offset, length } = entity;
  if (entity instanceof Api.MessageEntityPre)
    return { kind: 'pre', offset, length, language: entity.language };
  if (entity instanceof Api.MessageEntityTextUrl) return { kind: 'textUrl', offset, length, url: entity.url };
  if (entity instanceof Api.InputMessageEntityMentionName) {
    return { kind: 'mentionName', offset, length, userId: userOf(world, me, entity.userId).id };
  }
  if (entity instanceof Api.MessageEntityMentionName) {
    const userId = Number(fromLong(entity.userId));
    return world.account(userId) ? { kind: 'mentionName', offset, length, userId } : undefined;
  }
  if (entity instanceof Api.MessageEntityCustomEmoji) {
    return { kind: 'customEmoji', offset, length, emojiId: fromLong(entity.documentId) };
  }
  if (entity instanceof Api.MessageEntityBlockquote) {
    return { kind: 'blockquote', offset, length, collapsed: Boolean(entity.collapsed) };
  }
  if (entity instanceof Api.MessageEntityFormattedDate) return dateOf(entity);
  for (const [kind, type] of Object.entries(SIMPLE)) {
    if (!SERVER_MADE.has(kind) && entity instanceof type) return { kind: kind as Simple, offset, length };
  }
  return undefined;
}

/** Kinds that a client may not set. */
const SERVER_MADE: ReadonlySet<string> = new Set([...FOUND, 'unknown', 'diffInsert', 'diffDelete']);

/** ENTITY_DATE_INVALID for no time, ENTITY_DATE_FORMAT_INVALID for flags that exclude each other. */
function dateOf(entity: Api.MessageEntityFormattedDate): Entity {
  const { offset, length, date, relative, shortTime, longTime, shortDate, longDate, dayOfWeek } = entity;
  if (date <= 0) throw badRequest('ENTITY_DATE_INVALID');
  const absolute = shortTime || longTime || shortDate || longDate || dayOfWeek;
  if ((relative && absolute) || (shortTime && longTime) || (shortDate && longDate)) {
    throw badRequest('ENTITY_DATE_FORMAT_INVALID');
  }
  const format = onlySet({ relative, shortTime, longTime, shortDate, longDate, dayOfWeek });
  return { kind: 'date', offset, length, date, format };
}
