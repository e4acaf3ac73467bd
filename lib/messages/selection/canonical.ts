import stringify from 'fast-json-stable-stringify';
import type { Criteria } from './criteria.js';
import { writtenId } from './numbers.js';
import { personWord } from './people.js';

/**
 * The one way to write a selection: JSON with sorted keys and lists. Equal selections give equal texts, however they were
 * written; a ledger keeps it to notice that a job's selection has changed. The limit is not part of it: it says how much
 * to do, not of what.
 */
export function canonicalSelection(criteria: Criteria): string {
  return stringify(canonicalFields(criteria));
}

/** A selection for people and logs, in one line; undefined when it selects everything. */
export function describeSelection(criteria: Criteria): string | undefined {
  const fields = { ...canonicalFields(criteria), limit: criteria.limit };
  const words = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${FLAGS[name] ?? name} ${Array.isArray(value) ? value.join(',') : value}`],
  );
  return words.length === 0 ? undefined : words.join(' ');
}

const FLAGS: Readonly<Record<string, string>> = {
  fromId: 'from-id',
  toId: 'to-id',
  excludeKind: 'exclude-kind',
  minSize: 'min-size',
  maxSize: 'max-size',
};

/** `undefined` values are left out of JSON. */
function canonicalFields(criteria: Criteria): Readonly<Record<string, unknown>> {
  const {
    since,
    until,
    fromId,
    toId,
    topic,
    sender,
    kind,
    excludeKind,
    minSize,
    maxSize,
    ext,
    match,
    filter,
  } = criteria;
  return {
    since: since?.canonical,
    until: until?.canonical,
    fromId: fromId === undefined ? undefined : writtenId(fromId),
    toId: toId === undefined ? undefined : writtenId(toId),
    topic: topic && [...topic].sort((one, other) => one - other),
    sender: sender && [...new Set(sender.map(personWord))].sort(),
    kind: kind && [...kind].sort(),
    excludeKind: excludeKind && [...excludeKind].sort(),
    minSize,
    maxSize,
    ext: ext && [...ext].sort(),
    match: match?.text,
    filter: filter?.text,
  };
}
