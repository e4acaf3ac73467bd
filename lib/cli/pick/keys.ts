/** Keys with a meaning of their own, by what is printed on them. */
export type KeyName =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'tab'
  | 'shift-tab'
  | 'insert'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'ctrl-a'
  | 'ctrl-c'
  | 'ctrl-r'
  | 'ctrl-u'
  | 'ctrl-w';

/** A key that was pressed, or text: typed, or pasted as a whole. */
export type Key = { readonly name: KeyName } | { readonly text: string; readonly pasted: boolean };

/**
 * Reads what a terminal in raw mode sends. A sequence may arrive in pieces. Sequences of keys that mean nothing here, of the mouse
 * or of the terminal's answers are left out as a whole, so that no piece of one is taken for typed text.
 */
export class KeyReader {
  #rest = '';
  #pasted: string | undefined;

  /** Whether an escape character waits: for the rest of its sequence, or it was the Esc key itself. */
  get waiting(): boolean {
    return this.#rest !== '';
  }

  read(text: string): Key[] {
    const keys: Key[] = [];
    let left = this.#rest + text;
    this.#rest = '';
    while (left !== '') {
      const taken = this.#pasted === undefined ? this.#takeKey(left, keys) : this.#takePasted(left, keys);
      if (taken === 0) {
        this.#rest = left;
        break;
      }
      left = left.slice(taken);
    }
    return keys;
  }

  /** Nothing more came for a while: what waits is complete. */
  settle(): Key[] {
    if (this.#pasted !== undefined) return [];
    const rest = this.#rest;
    this.#rest = '';
    return rest === ESCAPE ? [{ name: 'escape' }] : [];
  }

  #takeKey(text: string, keys: Key[]): number {
    const typed = TYPED.exec(text)?.[0];
    if (typed !== undefined) {
      keys.push({ text: typed, pasted: false });
      return typed.length;
    }
    if (!text.startsWith(ESCAPE)) {
      push(keys, CONTROLS[text[0] ?? '']);
      return 1;
    }
    const sequence = SEQUENCE.exec(text)?.[0];
    if (sequence === undefined) return this.#unfinished(text, keys);
    if (sequence === PASTE_BEGINS) this.#pasted = '';
    else push(keys, nameOf(sequence));
    return sequence.length;
  }

  /** Esc in front of something that no sequence begins with is a key of its own, as is Esc twice. */
  #unfinished(text: string, keys: Key[]): number {
    if (text.length < MOST_SEQUENCE && UNFINISHED.test(text)) return 0;
    const other = text[1];
    if (other === '[' || other === 'O') return 2;
    push(keys, 'escape');
    return 1;
  }

  /** A paste may hold line breaks, which would be taken for Enter if they were typed. */
  #takePasted(text: string, keys: Key[]): number {
    const end = text.indexOf(PASTE_ENDS);
    if (end >= 0) {
      const pasted = `${this.#pasted}${text.slice(0, end)}`;
      keys.push({ text: pasted.slice(0, MOST_PASTED).replace(/\p{Cc}+/gu, ' '), pasted: true });
      this.#pasted = undefined;
      return end + PASTE_ENDS.length;
    }
    // The end itself may have come in part.
    const kept = Math.max(0, text.length - PASTE_ENDS.length + 1);
    if (kept > 0) this.#pasted = `${this.#pasted}${text.slice(0, kept)}`.slice(0, MOST_PASTED);
    return kept;
  }
}

const ESCAPE = '\u001b';
const PASTE_BEGINS = `${ESCAPE}[200~`;
const PASTE_ENDS = `${ESCAPE}[201~`;
/** In UTF-16 units: a paste is at most as long as a filter can be of use. */
const MOST_PASTED = 1000;
/** No sequence that a terminal sends is longer. */
const MOST_SEQUENCE = 64;
const TYPED = /^\P{Cc}+/u;
/** ECMA-48: a control sequence, with its parameters; or SS3 and a letter; the Linux console's F keys have `[[`. */
const SEQUENCE = new RegExp(`^${ESCAPE}(?:\\[\\[[A-E]|\\[[0-?]*[ -/]*[@-Z\\\\^-~]|O[ -~])`);
const UNFINISHED = new RegExp(`^${ESCAPE}(?:$|O$|\\[$|\\[\\[$|\\[[0-?]*[ -/]*$)`);

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u0001': 'ctrl-a',
  '\u0003': 'ctrl-c',
  '\u000e': 'down',
  '\u0010': 'up',
  '\u0012': 'ctrl-r',
  '\u0015': 'ctrl-u',
  '\u0017': 'ctrl-w',
};

const LETTERS: Readonly<Record<string, KeyName>> = {
  A: 'up',
  B: 'down',
  H: 'home',
  F: 'end',
  Z: 'shift-tab',
  M: 'enter',
};

const NUMBERS: Readonly<Record<string, KeyName>> = {
  '1': 'home',
  '2': 'insert',
  '4': 'end',
  '5': 'page-up',
  '6': 'page-down',
  '7': 'home',
  '8': 'end',
};

/** The key of a sequence, whatever is held down with it. xterm, rxvt, PuTTY and the Linux console differ in home and end. */
function nameOf(sequence: string): KeyName | undefined {
  const [, number = '', last = ''] = /^.(?:\[|O)(\d*)(?:;\d+)*(.)$/s.exec(sequence) ?? [];
  if (last === '~') return NUMBERS[number];
  // With SS3, M is the keypad's Enter; in a control sequence it is the mouse.
  return last === 'M' && sequence[1] !== 'O' ? undefined : LETTERS[last];
}

function push(keys: Key[], name: KeyName | undefined): void {
  if (name !== undefined) keys.push({ name });
}
