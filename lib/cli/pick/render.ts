import { formatBytes } from '../../base/bytes.js';
import { plain } from '../plain.js';
import { count } from '../progress/words.js';
import { fit, pad, widthOf } from '../width.js';
import { dateOf, type PickItem, type PickList } from './item.js';
import type { PickState } from './model.js';

export interface PickWindow {
  readonly columns: number;
  readonly rows: number;
  /** Whether lines may be emphasised (NO_COLOR). Nothing is said by emphasis alone. */
  readonly color: boolean;
}

/** How many rows a window has for the list. */
export function listRows(rows: number): number {
  return Math.max(1, rows - AROUND);
}

/**
 * The lines of a window: the filter, the files around the cursor, what is ticked, and the keys. Never more lines than rows, nor a
 * line wider than the columns; only what is visible is laid out. A small window shows fewer fields and keys.
 */
export function renderPick(list: PickList, state: PickState, window: PickWindow): readonly string[] {
  const { columns, rows } = window;
  const style = window.color ? emphasised : (text: string) => text;
  const body = fileLines(list, state, window, style);
  const totals = style(fit(totalWords(list, state, columns), columns), BOLD);
  const keys = fit(noteWords(state) ?? keyWords(state, columns), columns);
  const filter = filterLine(list, state, columns);
  if (rows >= 4) return [filter, ...body, totals, style(keys, DIM)];
  if (rows === 3) return [filter, ...body, totals];
  return rows === 2 ? [...body, totals] : body;
}

/** Lines above and below the list. */
const AROUND = 3;

/** Below this many columns, words give way to figures. */
const NARROW = 40;

const BOLD = 1;
const DIM = 2;
const REVERSE = 7;

type Style = (text: string, code: number) => string;

function emphasised(text: string, code: number): string {
  return `\u001b[${code}m${text}\u001b[0m`;
}

function filterLine(list: PickList, { filter, shown }: PickState, columns: number): string {
  const found = filter === '' || columns < NARROW ? '' : ` ${shown.length} of ${list.items.length}`;
  const long = filter === '' ? 'Type to filter: ' : 'Filter: ';
  const label = columns < NARROW ? '/' : long;
  const free = columns - label.length - found.length;
  return fit(`${label}${pad(`${endOf(shownText(filter), free - 1)}_`, free)}${found}`, columns).trimEnd();
}

/** The end of a text that is too long: there the person types. */
function endOf(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const characters = [...new Intl.Segmenter('und').segment(text)].map(({ segment }) => segment);
  let width = 1;
  let from = characters.length;
  while (from > 0 && width + widthOf(characters[from - 1] ?? '') <= columns) {
    from -= 1;
    width += widthOf(characters[from] ?? '');
  }
  return columns < 1 ? '' : `…${characters.slice(from).join('')}`;
}

function fileLines(list: PickList, state: PickState, window: PickWindow, style: Style): string[] {
  const { columns, rows } = window;
  const shown = state.shown.subarray(state.top, state.top + listRows(rows));
  if (shown.length === 0) return [fit(NOTHING_FOUND, columns)];
  const layout = layoutOf(list, columns);
  return [...shown].flatMap((place, row) => {
    const item = list.items[place];
    if (!item) return [];
    const isCursor = state.top + row === state.cursor;
    const isTicked = state.ticked[place] === 1;
    const line = fit(`${isCursor ? '>' : ' '}${isTicked ? '[x]' : '[ ]'} ${layout(item)}`, columns);
    if (isCursor) return [style(pad(line, columns), REVERSE)];
    if (isTicked) return [style(line, BOLD)];
    return [item.there ? style(line, DIM) : line];
  });
}

const NOTHING_FOUND = 'Nothing matches the filter: Esc clears it.';

/** A field of a line, and how wide it is, in cells. */
interface Field {
  readonly width: number;
  readonly right?: boolean;
  text(item: PickItem): string;
}

/** Cells for a kind; the longest one that has a file is `custom_emoji`. */
const MOST_KIND = 12;

const DATE: Field = { width: 10, text: (item) => dateOf(item).slice(0, 10) };
const DATE_AND_TIME: Field = { width: 16, text: dateOf };
const KIND: Field = { width: MOST_KIND, text: ({ kind }) => shownText(kind) };
const SIZE: Field = { width: 10, right: true, text: ({ size }) => formatBytes(size) };
const SHORT_SIZE: Field = { width: 5, right: true, text: ({ size }) => shortBytes(size) };
const THERE: Field = { width: 5, text: ({ there }) => (there ? 'there' : '') };
const SHORT_THERE: Field = { width: 1, text: ({ there }) => (there ? '=' : '') };
const CHAT: Field = { width: 20, text: ({ chat }) => shownText(chat) };

/** The cursor, the tick, and a blank. */
const MARKS = 5;

/** From the widest to the narrowest: which fields come before the name, and which after it; the narrowest fits at 20 columns. */
const LAYOUTS: readonly {
  readonly before: readonly Field[];
  readonly after: readonly Field[];
  readonly name: number;
}[] = [
  { before: [DATE_AND_TIME, KIND, SIZE, THERE], after: [CHAT], name: 30 },
  { before: [DATE_AND_TIME, KIND, SIZE, THERE], after: [], name: 24 },
  { before: [DATE, KIND, SIZE, SHORT_THERE], after: [], name: 20 },
  { before: [DATE, SHORT_SIZE, SHORT_THERE], after: [], name: 12 },
  { before: [SHORT_SIZE, SHORT_THERE], after: [], name: 1 },
];

/** The fullest layout in which names have room; a field that says nothing in this list is left out. */
function layoutOf(list: PickList, columns: number): (item: PickItem) => string {
  const says = (field: Field) =>
    (field !== CHAT || list.severalChats) && ((field !== THERE && field !== SHORT_THERE) || list.anyThere);
  const kinds = { ...KIND, width: Math.min(MOST_KIND, list.widestKind) };
  const fields = LAYOUTS.map(({ before, after, name }) => ({
    before: before.filter(says).map((field) => (field === KIND ? kinds : field)),
    after: after.filter(says),
    name,
  }));
  const widthOfFields = (layout: (typeof fields)[number]) =>
    [...layout.before, ...layout.after].reduce((sum, { width }) => sum + width + 1, MARKS);
  const layout = fields.find((each) => columns - widthOfFields(each) >= each.name) ?? fields.at(-1);
  if (!layout) throw new Error('A list has a layout.');
  const nameWidth = Math.max(1, columns - widthOfFields(layout));
  return (item) => {
    const name = layout.after.length > 0 ? pad(shownText(item.name), nameWidth) : shownText(item.name);
    return [
      ...layout.before.map((each) => cell(each, item)),
      name,
      ...layout.after.map((each) => cell(each, item)),
    ].join(' ');
  };
}

function cell({ width, right, text }: Field, item: PickItem): string {
  const value = text(item);
  return right ? value.padStart(width) : pad(value, width);
}

/** In UTF-16 units: names are cut before they are measured, however long somebody made them. */
const MOST_SHOWN = 500;

/** A text from outside: nothing that a terminal obeys, nothing of which it isn't known how many cells it takes. */
function shownText(text: string): string {
  return plain(text.slice(0, MOST_SHOWN))
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(INVISIBLE, '');
}

/** Characters without a shape that some terminals show and others don't, and the mark of direction that `plain` leaves. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]/gu;

/** A byte count in five cells: `1.2G`, `999B`. */
function shortBytes(size: number): string {
  const [value = '', unit = ''] = formatBytes(size).split(' ');
  return `${value.length > 4 ? Math.round(Number(value)) : value}${unit[0]}`;
}

function totalWords(list: PickList, { count: ticked, bytes }: PickState, columns: number): string {
  const all = list.items.length;
  if (columns < NARROW) {
    const full = `${ticked}/${all} ${shortBytes(bytes)}/${shortBytes(list.bytes)}`;
    return full.length <= columns ? full : `${ticked} ticked, ${shortBytes(bytes)}`;
  }
  return `Ticked ${ticked} of ${count(all, 'file')}: ${formatBytes(bytes)} of ${formatBytes(list.bytes)}`;
}

function noteWords({ note, count: ticked }: PickState): string | undefined {
  if (note === 'nothing-ticked') return 'Nothing is ticked yet: Tab ticks a file.';
  return note === 'leave-again'
    ? `Esc again leaves without downloading the ${count(ticked, 'ticked file')}.`
    : undefined;
}

/** As many of the keys as fit, the most needed first. */
function keyWords({ filter }: PickState, columns: number): string {
  if (columns < NARROW) return 'Tab tick | Enter ok';
  const keys = [
    filter === '' ? 'Space/Tab tick' : 'Tab ticks',
    'Enter downloads',
    filter === '' ? 'Esc leaves' : 'Esc clears',
    'Ctrl-A all shown',
    'Ctrl-R invert',
    'PgUp/PgDn Home/End move',
  ];
  let line = '';
  for (const key of keys) {
    const longer = line === '' ? key : `${line} | ${key}`;
    if (widthOf(longer) > columns) break;
    line = longer;
  }
  return line;
}
