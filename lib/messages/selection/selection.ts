import { OLDER_START } from '../../base/source-ids.js';
import type { MessageDocument } from '../document/document.js';
import { canonicalSelection, describeSelection } from './canonical.js';
import type { Criteria } from './criteria.js';
import { filesOf, hasExtension, sizeOf } from './files.js';
import { textOf } from './filter-fields.js';
import { kindOf } from './kinds.js';
import { isFrom, type KnownPeople } from './people.js';
import type { SelectionReason } from './reasons.js';

/** What a message belongs to. */
export interface SelectionContext {
  /** The items of the album that the message is one of, in order; by default it stands alone. */
  readonly album?: readonly MessageDocument[];
}

/** Where a selection begins and ends, both included. Dates are unix seconds, ids source ids (base/source-ids.ts). */
export interface Bounds {
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly fromId: number | undefined;
  readonly toId: number | undefined;
}

/** Which messages a command works on. */
export interface Selection {
  /**
   * Why a message is left out; undefined when it is selected. An album is one post, which every criterion takes or leaves
   * whole: its id and date are those of its first item, `--match` sees its captions together, and of what else is asked
   * for (topic, sender, kind, ending, least size, `--filter`) one item is enough; an item of an excluded kind, or above
   * the largest size, leaves the album out.
   * @throws FailedError FILTER_FAILED when the expression of `--filter` has no value for the message.
   */
  reasonOf(document: MessageDocument, context?: SelectionContext): SelectionReason | undefined;
  readonly bounds: Bounds;
  /** This account's id. */
  readonly account: number;
  /** How many messages to work on, at most. */
  readonly limit: number | undefined;
  /** The topics whose messages are selected; undefined for all. */
  readonly topics: ReadonlySet<number> | undefined;
  /** Whether every message is selected, whatever the limit. */
  readonly takesAll: boolean;
  /** See canonicalSelection. */
  readonly canonical: string;
  /** One line for people and logs; undefined when there is nothing to say. */
  describe(): string | undefined;
}

/** The selection of criteria, now that it is known whom their names mean. */
export function selectionOf(criteria: Criteria, people: KnownPeople): Selection {
  const tests = testsOf(criteria, people);
  const { since, until, fromId, toId, limit, topic } = criteria;
  return {
    reasonOf(document, { album = [document] } = {}) {
      const whole = album.length === 0 ? [document] : album;
      for (const [reason, isRight] of tests) if (!isRight(whole)) return reason;
      return undefined;
    },
    bounds: { since: since?.at, until: until?.at, fromId, toId },
    account: people.self,
    limit,
    topics: topic,
    takesAll: tests.length === 0,
    canonical: canonicalSelection(criteria),
    describe: () => describeSelection(criteria),
  };
}

/** Whether a post meets a criterion: the items of an album, or one message. */
type Test = (whole: readonly MessageDocument[]) => boolean;

function anyItem(isRight: (item: MessageDocument) => boolean): Test {
  return (whole) => whole.some(isRight);
}

function everyItem(isRight: (item: MessageDocument) => boolean): Test {
  return (whole) => whole.every(isRight);
}

/** The criteria that were given, the cheap ones first. */
function testsOf(criteria: Criteria, people: KnownPeople): readonly (readonly [SelectionReason, Test])[] {
  const { since, until, fromId, toId, topic, sender, kind, excludeKind, minSize, maxSize, ext } = criteria;
  const { match, filter } = criteria;
  const senders = sender && idsOf(sender, people);
  const all: Readonly<Record<SelectionReason, Test | undefined>> = {
    before_since: since && ((whole) => (dateOf(whole) ?? since.at) >= since.at),
    after_until: until && ((whole) => (dateOf(whole) ?? until.at) <= until.at),
    below_from_id: fromId === undefined ? undefined : (whole) => idOf(whole) >= fromId,
    above_to_id: toId === undefined ? undefined : (whole) => idOf(whole) <= toId,
    not_topic: topic && anyItem((item) => 'topic' in item && topic.has(item.topic ?? 0)),
    not_sender: senders && anyItem((item) => isFrom(item, senders, people)),
    not_kind: kind && anyItem((item) => kind.has(kindOf(item))),
    excluded_kind: excludeKind && everyItem((item) => !excludeKind.has(kindOf(item))),
    too_small: minSize === undefined ? undefined : anyItem((item) => sizeOf(item) >= minSize),
    too_large: maxSize === undefined ? undefined : everyItem((item) => sizeOf(item) <= maxSize),
    not_ext: ext && anyItem((item) => filesOf(item).some((file) => hasExtension(file, ext))),
    not_match: match && ((whole) => match.value.finds(textOf(whole))),
    not_filter: filter && ((whole) => whole.some((item) => filter.value(item, whole))),
  };
  return Object.entries(all).flatMap(([reason, test]) =>
    test ? [[reason as SelectionReason, test] as const] : [],
  );
}

function idsOf(sender: NonNullable<Criteria['sender']>, { self, named }: KnownPeople): ReadonlySet<number> {
  return new Set(
    sender.flatMap((person) => {
      if (person.kind === 'me') return [self];
      return person.kind === 'id' ? [person.id] : (named.get(person.name) ?? []);
    }),
  );
}

/** Undefined for a message that this version can't read: no date leaves it out. */
function dateOf([first]: readonly MessageDocument[]): number | undefined {
  return first && 'date' in first ? first.date : undefined;
}

function idOf([first]: readonly MessageDocument[]): number {
  return first?.id ?? OLDER_START;
}
