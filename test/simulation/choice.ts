import { type Random, seededRandom } from '../../lib/base/random.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { pick } from './pick.js';

/** A person's selection, before it is known what the source holds. */
export interface ChoicePlan {
  readonly by: 'all' | 'kind' | 'exclude' | 'since' | 'until' | 'from' | 'to' | 'match' | 'filter' | 'limit';
  /** Where in the source it begins or ends, from 0 to 1. */
  readonly share: number;
  readonly appendMissed: boolean;
}

/** A selection of messages, and how it judges a message by the simulation's own reading of the words. */
export interface Choice {
  readonly environment: Readonly<Record<string, string>>;
  readonly appendMissed: boolean;
  /** `post`: the album of the message, or the message alone. */
  takes(message: Message, post: readonly Message[]): boolean;
}

export const EVERYTHING: ChoicePlan = { by: 'all', share: 0, appendMissed: false };

/** In some seeds each process is asked for other messages than the one before. */
const CHOICES_CHANCE = 0.3;

/** What each of the disturbed processes is asked for, and what the last ones are. */
export function choicePlansOf(
  seed: string,
  count: number,
): { readonly each: readonly ChoicePlan[]; readonly last: ChoicePlan } {
  const random = seededRandom(`${seed}/choices`);
  if (random.float() >= CHOICES_CHANCE) return { each: [], last: EVERYTHING };
  return {
    each: Array.from({ length: count }, () => choicePlanOf(random)),
    last: choicePlanOf(random, { last: true }),
  };
}

/** `last`: for a process that must reach the end of the source. */
function choicePlanOf(random: Random, { last = false } = {}): ChoicePlan {
  const lasting = ['all', 'kind', 'exclude', 'since', 'from', 'match', 'filter'] as const;
  return {
    by: pick(random, last ? (['all', ...lasting] as const) : ([...lasting, 'until', 'to', 'limit'] as const)),
    share: random.float(),
    appendMissed: random.float() < (last ? 0.6 : 0.25),
  };
}

/** The selection in the words of the environment, with bounds inside what the source holds. */
export function choiceOf({ by, share, appendMissed }: ChoicePlan, messages: readonly Message[]): Choice {
  const bound = messages[Math.floor(share * messages.length)];
  const { id = 1, date = 0 } = bound ?? {};
  const moment = new Date(date * 1000).toISOString().replace('.000Z', 'Z');
  const chosen = (name: string, value: string, takes: Choice['takes']): Choice => ({
    environment: { [`SELECT_${name}`]: value },
    appendMissed,
    takes,
  });
  const first = (post: readonly Message[]): Message => post[0] as Message;
  switch (by) {
    case 'all':
      return { environment: {}, appendMissed, takes: () => true };
    case 'kind':
      return chosen('KIND', KINDS.join(), (_, post) => post.some((each) => KINDS.includes(kindOf(each))));
    case 'exclude':
      return chosen('EXCLUDE_KIND', EXCLUDED.join(), (_, post) =>
        post.every((each) => !EXCLUDED.includes(kindOf(each))),
      );
    case 'since':
      return chosen('SINCE', moment, (_, post) => first(post).date >= date);
    case 'until':
      return chosen('UNTIL', moment, (_, post) => first(post).date <= date);
    case 'from':
      return chosen('FROM_ID', String(id), (_, post) => first(post).id >= id);
    case 'to':
      return chosen('TO_ID', String(id), (_, post) => first(post).id <= id);
    case 'match':
      return chosen('MATCH', 'river|Tea|o', (_, post) => post.some(({ text }) => /river|Tea|o/.test(text)));
    case 'filter':
      return chosen('FILTER', 'id % 3 != 0 || text.contains("winter")', (_, post) =>
        post.some((each) => each.id % 3 !== 0 || each.text.includes('winter')),
      );
    case 'limit':
      return chosen('LIMIT', String(1 + Math.floor(share * 6)), () => true);
  }
}

/** Kinds as --kind names them; documents have none of them. */
const KINDS: readonly string[] = ['text', 'photo', 'poll', 'dice', 'service', 'rich_message'];
const EXCLUDED: readonly string[] = ['text', 'photo', 'poll', 'contact', 'location'];

function kindOf({ action, rich, media }: Message): string {
  if (action) return 'service';
  if (rich) return 'rich_message';
  switch (media?.kind) {
    case 'webpage':
      return 'text';
    case 'geo':
      return 'location';
    case 'shown':
      return media.data._ === 'MessageMediaEmpty' ? 'text' : media.data._;
    default:
      return media?.kind ?? 'text';
  }
}
