import type { PickList } from './item.js';
import type { Key, KeyName } from './keys.js';

/** A list with its ticks, at one moment. */
export interface PickState {
  readonly filter: string;
  /** Places in the list that the filter leaves, ascending. */
  readonly shown: Uint32Array;
  /** Which of the shown ones the cursor is on; 0 when none is shown. */
  readonly cursor: number;
  /** Which of the shown ones is in the first row, and how many rows there are. */
  readonly top: number;
  readonly rows: number;
  /** 1 for each place that is ticked. */
  readonly ticked: Uint8Array;
  readonly count: number;
  /** Of all that are ticked. */
  readonly bytes: number;
  /** What the last key could not do: Enter without a tick, Esc with some. */
  readonly note?: 'nothing-ticked' | 'leave-again';
  /** Set once the person is done. */
  readonly outcome?: 'picked' | 'left' | 'interrupted';
}

/** A list as it is first shown, in `rows` rows. */
export function startPick(list: PickList, rows: number): PickState {
  const ticked = new Uint8Array(list.items.length);
  return { filter: '', shown: list.all(), cursor: 0, top: 0, rows, ticked, count: 0, bytes: 0 };
}

/** What a key makes of the state. Keys that follow the one that ended it, as typed ahead or pasted, do nothing. */
export function press(list: PickList, before: PickState, key: Key): PickState {
  if (before.outcome !== undefined) return before;
  const { note, ...state } = before;
  if ('text' in key) return typed(list, state, key.text, key.pasted);
  if (key.name === 'escape') return pressEscape(list, state, note);
  return KEYS[key.name](list, state);
}

/** The window has another height: `rows` rows for the list, at least 1. */
export function resize(state: PickState, rows: number): PickState {
  return moved({ ...state, rows }, state.cursor);
}

/** The places that are ticked. */
export function tickedOf({ ticked }: PickState): ReadonlySet<number> {
  const places = new Set<number>();
  for (const [index, tick] of ticked.entries()) if (tick === 1) places.add(index);
  return places;
}

type Press = (list: PickList, state: PickState) => PickState;

const KEYS: Readonly<Record<Exclude<KeyName, 'escape'>, Press>> = {
  up: (_, state) => moved(state, state.cursor - 1),
  down: (_, state) => moved(state, state.cursor + 1),
  'page-up': (_, state) => moved(state, state.cursor - state.rows),
  'page-down': (_, state) => moved(state, state.cursor + state.rows),
  home: (_, state) => moved(state, 0),
  end: (_, state) => moved(state, state.shown.length - 1),
  tab: (list, state) => moved(tickAtCursor(list, state), state.cursor + 1),
  'shift-tab': (list, state) => moved(tickAtCursor(list, state), state.cursor - 1),
  insert: (list, state) => moved(tickAtCursor(list, state), state.cursor + 1),
  enter: (_, state) =>
    state.count > 0 ? { ...state, outcome: 'picked' } : { ...state, note: 'nothing-ticked' },
  backspace: (list, state) => filtered(list, state, withoutLast(state.filter)),
  'ctrl-w': (list, state) => filtered(list, state, state.filter.replace(/\S*\s*$/u, '')),
  'ctrl-u': (list, state) => filtered(list, state, ''),
  'ctrl-a': tickAll,
  'ctrl-r': (list, state) => ticking(list, state, state.shown),
  'ctrl-c': (_, state) => ({ ...state, outcome: 'interrupted' }),
};

/** Esc clears the filter; without one it leaves. Ticks take work: they are only given up by Esc twice. */
function pressEscape(list: PickList, state: PickState, note: PickState['note']): PickState {
  if (state.filter !== '') return filtered(list, state, '');
  if (state.count > 0 && note !== 'leave-again') return { ...state, note: 'leave-again' };
  return { ...state, outcome: 'left' };
}

/** A filter never begins with a blank, so a blank that is typed there ticks. */
function typed(list: PickList, state: PickState, text: string, pasted: boolean): PickState {
  const words = state.filter === '' ? text.trimStart() : text;
  let next = state;
  if (!pasted)
    for (let blanks = text.length - words.length; blanks > 0; blanks -= 1) next = tickAtCursor(list, next);
  return words === '' ? next : filtered(list, next, `${next.filter}${words}`);
}

/** The cursor stays on its file while that is shown; otherwise it moves to the next one that is. */
function filtered(list: PickList, state: PickState, filter: string): PickState {
  const shown = list.search(filter, state);
  const place = state.shown[state.cursor] ?? 0;
  return moved({ ...state, filter, shown }, firstFrom(shown, place));
}

function moved(state: PickState, to: number): PickState {
  const { shown, rows, top } = state;
  const cursor = Math.max(0, Math.min(to, shown.length - 1));
  const last = Math.max(0, shown.length - rows);
  return { ...state, cursor, top: Math.max(0, cursor - rows + 1, Math.min(top, cursor, last)) };
}

function tickAtCursor(list: PickList, state: PickState): PickState {
  return ticking(list, state, state.shown.subarray(state.cursor, state.cursor + 1));
}

/** Ticks all that are shown; when they all are ticked, unticks them. */
function tickAll(list: PickList, state: PickState): PickState {
  const without = state.shown.filter((place) => state.ticked[place] === 0);
  return ticking(list, state, without.length > 0 ? without : state.shown);
}

/** Turns each of `places` from ticked to not ticked, or back. */
function ticking(list: PickList, state: PickState, places: Uint32Array): PickState {
  const ticked = state.ticked.slice();
  let { count, bytes } = state;
  for (const place of places) {
    const tick = ticked[place] === 0 ? 1 : 0;
    ticked[place] = tick;
    const size = list.items[place]?.size ?? 0;
    count += tick === 1 ? 1 : -1;
    bytes += tick === 1 ? size : -size;
  }
  return { ...state, ticked, count, bytes };
}

/** Where the first of the ascending `places` lies that is `from` or after it; the last if there is none. */
function firstFrom(places: Uint32Array, from: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Without the last character as a person sees it. */
function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter('und').segment(text)].at(-1);
  return text.slice(0, last?.index ?? 0);
}
