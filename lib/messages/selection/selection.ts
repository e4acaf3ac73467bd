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
   * Why a message is left out; undefined when it is selected. An album is one post for its id and its date (those of its
   * first item), its topic, its sender and `--match`, which sees its captions together; `--kind`, `--ext`, sizes and
   * `--filter` choose among its items.
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
      for (const [reason, isRight] of tests) if (!isRight(document, whole)) return reason;
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

/** Whether a message meets a criterion; `whole` is its album, or the message alone. */
type Test = (document: MessageDocument, whole: readonly MessageDocument[]) => boolean;

/** The criteria that were given, the cheap ones first. */
function testsOf(criteria: Criteria, people: KnownPeople): readonly (readonly [SelectionReason, Test])[] {
  const { since, until, fromId, toId, topic, sender, kind, excludeKind, minSize, maxSize, ext } = criteria;
  const { match, filter } = criteria;
  const senders = sender && idsOf(sender, people);
  const all: Readonly<Record<SelectionReason, Test | undefined>> = {
    before_since: since && ((_, whole) => (dateOf(whole) ?? since.at) >= since.at),
    after_until: until && ((_, whole) => (dateOf(whole) ?? until.at) <= until.at),
    below_from_id: fromId === undefined ? undefined : (_, whole) => idOf(whole) >= fromId,
    above_to_id: toId === undefined ? undefined : (_, whole) => idOf(whole) <= toId,
    not_topic: topic && ((document) => 'topic' in document && topic.has(document.topic ?? 0)),
    not_sender: senders && ((document) => isFrom(document, senders, people)),
    not_kind: kind && ((document) => kind.has(kindOf(document))),
    excluded_kind: excludeKind && ((document) => !excludeKind.has(kindOf(document))),
    too_small: minSize === undefined ? undefined : (document) => sizeOf(document) >= minSize,
    too_large: maxSize === undefined ? undefined : (document) => sizeOf(document) <= maxSize,
    not_ext: ext && ((document) => filesOf(document).some((file) => hasExtension(file, ext))),
    not_match: match && ((_, whole) => match.value.finds(textOf(whole))),
    not_filter: filter && ((document, whole) => filter.value(document, whole)),
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
