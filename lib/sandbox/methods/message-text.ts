import type { Api } from 'telegram/tl/index.js';
import { asKept } from '../text/kept.js';
import { hasCommands } from '../world/commands.js';
import type { Entity, StyledText } from '../world/entity.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { badRequest, type MethodContext } from './context.js';
import { captionLimit, textLimit } from './help.js';
import { entityOf } from './tl-entities.js';

const MOST_ENTITIES = 100;

/** A message's text. MESSAGE_EMPTY, MESSAGE_TOO_LONG, ENTITY_BOUNDS_INVALID, ENTITIES_TOO_LONG. */
export function messageText(
  context: MethodContext,
  me: Account,
  text: string,
  entities: readonly Api.TypeMessageEntity[] | null | undefined,
  peer: PeerId,
): StyledText {
  if (text.trim() === '') throw badRequest('MESSAGE_EMPTY');
  if (text.length > textLimit(me)) throw badRequest('MESSAGE_TOO_LONG');
  return kept(
    context,
    me,
    trimmed({ text, entities: checkedEntities(context, me, text, entities ?? [], peer) }),
    peer,
  );
}

/** A caption, which may be empty. MEDIA_CAPTION_TOO_LONG by the account's own limit. */
export function caption(
  context: MethodContext,
  me: Account,
  text: string,
  entities: readonly Api.TypeMessageEntity[] | null | undefined,
  peer: PeerId,
): StyledText {
  if (text.length > captionLimit(me)) throw badRequest('MEDIA_CAPTION_TOO_LONG');
  return kept(
    context,
    me,
    trimmed({ text, entities: checkedEntities(context, me, text, entities ?? [], peer) }),
    peer,
  );
}

/**
 * The text without the blanks and control characters at its ends, as the server keeps it: what is formatted moves with its
 * words, and formatting of blanks alone is gone.
 */
function trimmed({ text, entities }: StyledText): StyledText {
  const isBlank = (index: number): boolean => text.charCodeAt(index) <= 0x20;
  let [from, to] = [0, text.length];
  while (from < to && isBlank(from)) from += 1;
  while (to > from && isBlank(to - 1)) to -= 1;
  if (from === 0 && to === text.length) return { text, entities };
  const kept = entities.flatMap(({ offset, length, ...entity }) => {
    const start = Math.max(offset, from);
    const left = Math.min(offset + length, to) - start;
    return left > 0 ? [{ ...entity, offset: start - from, length: left }] : [];
  });
  return { text: text.slice(from, to), entities: kept };
}

/** A text inside a message, such as a poll's question, with the entities that it may have. */
export function styledText(
  context: MethodContext,
  me: Account,
  text: string,
  entities: readonly Api.TypeMessageEntity[] | null | undefined,
  peer: PeerId,
): StyledText {
  const styled = { text, entities: checkedEntities(context, me, text, entities ?? [], peer) };
  return kept(context, me, styled, peer);
}

/** With what Telegram finds in the text by itself. */
function kept({ world }: MethodContext, me: Account, styled: StyledText, peer: PeerId): StyledText {
  return asKept(styled, { commands: hasCommands(world, me.id, peer) });
}

/**
 * Checks that each entity is inside the text and of a kind that a client may send. Outside Saved Messages custom emoji
 * need Premium (core.telegram.org/api/custom-emoji): for other accounts they lose the entity but keep the emoji behind
 * it.
 */
function checkedEntities(
  context: MethodContext,
  me: Account,
  text: string,
  entities: readonly Api.TypeMessageEntity[],
  peer: PeerId,
): Entity[] {
  if (entities.length > MOST_ENTITIES) throw badRequest('ENTITIES_TOO_LONG');
  for (const { offset, length } of entities) {
    if (offset < 0 || length <= 0 || offset + length > text.length) throw badRequest('ENTITY_BOUNDS_INVALID');
  }
  const free = me.premium || peer === me.id;
  return entities
    .flatMap((entity) => entityOf(context.world, me, entity) ?? [])
    .filter(({ kind }) => free || kind !== 'customEmoji');
}
