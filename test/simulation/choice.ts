import { type Random, seededRandom } from '../../lib/base/random.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { pick } from './pick.js';

/** A person's selection, before it is known what the source holds. */
export interface ChoicePlan {
  readonly by: (typeof LASTING)[number] | (typeof ENDING)[number];
  /** Where in the source it begins or ends, from 0 to 1. */
  readonly share: number;
  readonly appendMissed: boolean;
}

const LASTING = [
  'all',
  'kind',
  'exclude',
  'since',
  'from',
  'match',
  'filter',
  'sender',
  'topic',
  'min-size',
  'max-size',
] as const;
/** They end before the source does. */
const ENDING = ['until', 'to', 'limit'] as const;

/** A selection of messages, and how it judges a message by the simulation's own reading of the words. */
export interface Choice {
  readonly environment: Readonly<Record<string, string>>;
  readonly appendMissed: boolean;
  /** Whether a process leaves messages at the end of the source unread. */
  readonly ends: boolean;
  /** `post`: the album of the message, or the message alone. Undefined when the simulation can't say. */
  takes(message: Message, post: readonly Message[]): boolean | undefined;
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

/** `last`: for the last process, which rather reaches the end of the source. */
function choicePlanOf(random: Random, { last = false } = {}): ChoicePlan {
  const isWhole = last && random.float() < 0.7;
  return {
    by: pick(random, isWhole ? (['all', ...LASTING] as const) : [...LASTING, ...ENDING]),
    share: random.float(),
    appendMissed: random.float() < (last ? 0.6 : 0.25),
  };
}

/** What the choice depends on besides the messages. */
export interface ChoiceScene {
  /** The account that clones. */
  readonly me: number;
  /** Whether the whole of a forum is cloned. */
  readonly isForum: boolean;
  /** Bytes of a message's files, 0 for none; undefined when the simulation can't say. */
  sizeOf(message: Message): number | undefined;
}

/** The selection in the words of the environment, with bounds inside what the source holds. */
export function choiceOf(
  { by, share, appendMissed }: ChoicePlan,
  messages: readonly Message[],
  { me, isForum, sizeOf }: ChoiceScene,
): Choice {
  const bound = messages[Math.floor(share * messages.length)];
  const { id = 1, date = 0 } = bound ?? {};
  const moment = new Date(date * 1000).toISOString().replace('.000Z', 'Z');
  const chosen = (name: string, value: string, takes: Choice['takes']): Choice => ({
    environment: { [`SELECT_${name}`]: value },
    appendMissed,
    ends: (ENDING as readonly string[]).includes(by),
    takes,
  });
  const everything = { environment: {}, appendMissed, ends: false, takes: () => true };
  const sizes = (post: readonly Message[], isRight: (size: number) => boolean): (boolean | undefined)[] =>
    post.map((each) => {
      const size = sizeOf(each);
      return size === undefined ? undefined : isRight(size);
    });
  const first = (post: readonly Message[]): Message => post[0] as Message;
  switch (by) {
    case 'all':
      return everything;
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
    case 'sender':
      return chosen('SENDER', 'me', (_, post) => post.some(({ from }) => from === me));
    case 'topic': {
      const { topicId } = bound ?? {};
      if (!isForum || topicId === undefined) return everything;
      return chosen('TOPIC', String(topicId), (_, post) => post.some((each) => each.topicId === topicId));
    }
    case 'min-size':
      return chosen('MIN_SIZE', '5KB', (_, post) => {
        const right = sizes(post, (size) => size >= 5_000);
        return right.includes(true) || (right.includes(undefined) ? undefined : false);
      });
    case 'max-size':
      return chosen('MAX_SIZE', '5KB', (_, post) => {
        const right = sizes(post, (size) => size <= 5_000);
        return !right.includes(false) && (right.includes(undefined) ? undefined : true);
      });
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
