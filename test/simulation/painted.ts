import type { Entity, StyledText } from '../../lib/sandbox/world/entity.js';

/** A UTF-16 unit of a text with the formats that cover it, as stable words. */
interface Unit {
  readonly char: string;
  readonly marks: ReadonlySet<string>;
}

/** A text unit by unit: two texts that look the same are the same, however their entities are cut. */
export type Painted = readonly Unit[];

export function paint({ text, entities }: StyledText): Painted {
  const marks = Array.from({ length: text.length }, () => new Set<string>());
  for (const { offset, length, ...format } of entities) {
    const word = wordOf(format);
    for (let at = offset; at < offset + length; at += 1) marks[at]?.add(word);
  }
  return marks.map((each, at) => ({ char: text[at] ?? '', marks: apart(each) }));
}

/** Code takes no other format. */
function apart(marks: ReadonlySet<string>): ReadonlySet<string> {
  const code = [...marks].filter((mark) => /^(?:code|pre) /.test(mark));
  return code.length === 0
    ? marks
    : new Set([...code, ...[...marks].filter((mark) => mark.startsWith('blockquote '))]);
}

export function textOf(painted: Painted): string {
  return painted.map(({ char }) => char).join('');
}

export function hasMark({ marks }: Unit, kind: Entity['kind']): boolean {
  return [...marks].some((mark) => mark.startsWith(`${kind} `));
}

/** Without the blanks at both ends, or without any. */
export function withoutBlanks(painted: Painted, which: 'outer' | 'all'): Painted {
  const isInk = ({ char }: Unit): boolean => char.charCodeAt(0) > 0x20 && char.trim() !== '';
  if (which === 'all') return painted.filter(isInk);
  const first = painted.findIndex(isInk);
  return first < 0 ? [] : painted.slice(first, painted.findLastIndex(isInk) + 1);
}

/** Each place of `from` becomes `to`, in the formats that all of `from` had. */
export function replaced(painted: Painted, from: string, to: string): Painted {
  const text = textOf(painted);
  const result: Unit[] = [];
  let at = 0;
  for (let found = text.indexOf(from); found >= 0; found = text.indexOf(from, at)) {
    const gone = painted.slice(found, found + from.length);
    const marks = new Set(
      [...(gone[0]?.marks ?? [])].filter((mark) => gone.every((unit) => unit.marks.has(mark))),
    );
    result.push(...painted.slice(at, found), ...Array.from(to, (char) => ({ char, marks })));
    at = found + from.length;
  }
  return [...result, ...painted.slice(at)];
}

/** The first difference, in words; undefined when there is none. Blanks carry no format that anybody sees. */
export function difference(wanted: Painted, got: Painted): string | undefined {
  const length = Math.max(wanted.length, got.length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [wanted[at], got[at]];
    const isSame =
      one && other && one.char === other.char && (one.char.trim() === '' || sameMarks(one, other));
    if (!isSame)
      return `at unit ${at} ${shown(other)} stands in place of ${shown(one)}: ${excerpts(wanted, got, at)}`;
  }
  return undefined;
}

function sameMarks(one: Unit, other: Unit): boolean {
  return one.marks.size === other.marks.size && [...one.marks].every((mark) => other.marks.has(mark));
}

function shown(unit: Unit | undefined): string {
  return unit ? `${JSON.stringify(unit.char)} (${[...unit.marks].join(', ')})` : 'nothing';
}

function excerpts(wanted: Painted, got: Painted, at: number): string {
  const around = (painted: Painted): string =>
    JSON.stringify(textOf(painted.slice(Math.max(0, at - 40), at + 40)));
  return `${around(wanted)} became ${around(got)}`;
}

function wordOf({ kind, ...more }: Omit<Entity, 'offset' | 'length'>): string {
  const facts = Object.entries(more).flatMap(([name, value]) =>
    value === undefined || value === false || value === ''
      ? []
      : [[name, typeof value === 'bigint' ? `${value}` : value]],
  );
  return `${kind} ${JSON.stringify(Object.fromEntries(facts.sort()))}`;
}
