import { seededRandom } from '../../lib/base/random.js';
import type { Via } from '../../lib/base/ways.js';
import { pick } from './pick.js';

/** The words in which a person asks for a clone: how messages are sent, and what becomes of their texts. */
export interface Ways {
  readonly via: Via;
  readonly cards: 'on' | 'off';
  readonly service: 'skip' | 'card';
  readonly long: 'split' | 'fail';
  readonly buttons: 'text' | 'drop';
  readonly replyFallback: 'quote' | 'link' | 'none';
  readonly attribution: 'none' | 'header' | 'footer';
  readonly replace: boolean;
  readonly replaceRegex: boolean;
  readonly strip: boolean;
  /** `steady`: a program that answers the same each time. `fickle`: one that never does. */
  readonly pipe: 'none' | 'steady' | 'fickle';
  /** Whether the account that clones has Premium. */
  readonly premium: boolean;
}

/** What a run does when nobody asks for anything. */
export const DEFAULT_WAYS: Ways = {
  via: 'stream',
  cards: 'on',
  service: 'skip',
  long: 'split',
  buttons: 'text',
  replyFallback: 'quote',
  attribution: 'none',
  replace: false,
  replaceRegex: false,
  strip: false,
  pipe: 'none',
  premium: false,
};

export function waysOf(seed: string): Ways {
  const random = seededRandom(`${seed}/ways`);
  const rarely = <Usual, Rare>(usual: Usual, rare: Rare): Usual | Rare =>
    random.float() < 0.25 ? rare : usual;
  const via = pick(random, ['stream', 'stream', 'stream', 'reference', 'forward', 'auto'] as const);
  const ways: Ways = {
    via,
    cards: rarely('on', 'off'),
    service: rarely('skip', 'card'),
    long: rarely('split', 'fail'),
    buttons: rarely('text', 'drop'),
    replyFallback: pick(random, ['quote', 'quote', 'link', 'none'] as const),
    attribution: rarely('none', pick(random, ['header', 'footer'] as const)),
    replace: rarely(false, true),
    strip: rarely(false, true),
    pipe: rarely('none', pick(random, ['steady', 'fickle'] as const)),
    premium: random.float() < 0.3,
    replaceRegex: rarely(false, true),
  };
  // Telegram forwards texts as they are.
  return via === 'forward'
    ? { ...ways, attribution: 'none', replace: false, replaceRegex: false, strip: false, pipe: 'none' }
    : ways;
}

/** What --replace puts in place of what. */
export const REPLACED = { from: 'stone', to: 'grey rock' } as const;

/** What --replace-regex puts in place of what, one after the other. */
export const REPLACED_BY_PATTERN = [
  { from: 'lantern', to: 'tern' },
  { from: 'compass', to: 'pass' },
] as const;

/** The words as settings of the environment, except for the program, which runs inside the process or next to it. */
export function environmentOf(ways: Ways): Record<string, string> {
  return {
    VIA: ways.via,
    CARDS: ways.cards,
    SERVICE_MESSAGES: ways.service,
    LONG: ways.long,
    BUTTONS: ways.buttons,
    REPLY_FALLBACK: ways.replyFallback,
    ...(ways.attribution !== 'none' && {
      ATTRIBUTION: ways.attribution,
      ATTRIBUTION_TEMPLATE: '<{date}>[ by {author}]',
    }),
    ...(ways.replace && { REPLACE: `${REPLACED.from}=>${REPLACED.to}` }),
    ...(ways.replaceRegex && { REPLACE_REGEX: 'lan(tern)|com(pass)=>$1$2' }),
    ...(ways.strip && { STRIP: 'hashtags,mentions,links' }),
  };
}
