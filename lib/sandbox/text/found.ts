import type { Entity } from '../world/entity.js';
import { bankCards, phoneNumbers } from './numbers.js';
import { type Finding, overlap } from './spans.js';
import { findUrls } from './urls.js';
import { botCommands, cashtags, hashtags, mentions } from './words.js';

export interface FindOptions {
  /** Whether a /command is one here: not in a private chat of two people. */
  readonly commands: boolean;
}

/**
 * What Telegram finds in a text by itself: @names, #hashtags, $cashtags, /commands, links, e-mail addresses, phone
 * numbers and bank cards, in their order. None overlaps another: the first one in the text wins, then the longer one.
 * Its rules are those of TDLib's `find_entities`, whose comments name the server's regular expressions.
 */
export function foundIn(text: string, { commands }: FindOptions): Entity[] {
  if (!MAY_HOLD_SOMETHING.test(text)) return [];
  const all: Finding[] = [
    ...mentions(text),
    ...(commands ? botCommands(text) : []),
    ...hashtags(text),
    ...cashtags(text),
    ...findUrls(text),
    ...bankCards(text),
    ...phoneNumbers(text),
  ];
  all.sort((one, other) => one.offset - other.offset || other.length - one.length);
  const kept: Finding[] = [];
  for (const finding of all) {
    const last = kept.at(-1);
    if (!last || !overlap(last, finding)) kept.push(finding);
  }
  return kept;
}

const MAY_HOLD_SOMETHING = /[@#$/.]|\d(?:[ -]*\d){6}/;
