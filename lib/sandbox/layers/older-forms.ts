import { Api } from 'telegram/tl/index.js';
import {
  FORMER_REQUESTS,
  OLDER_BUTTONS,
  OLDER_BUTTONS_UNTIL,
  OLDER_INLINE_MARKUP,
  OLDER_LINES,
} from './older-lines.js';
import { parseLine, type TlFields, type TlLine } from './tl-line.js';

/** How an object of the newest layer looks in an older one. */
export interface OlderForm {
  readonly line: TlLine;
  /** The last layer that has this form. */
  readonly until: number;
  /** The library's name of the object. */
  readonly now: string;
  /** Makes the object from the fields that were read. */
  make(fields: Record<string, unknown>): object;
  /** The fields to write for an object of that name; undefined when this is not its form. */
  fieldsOf(object: TlFields): TlFields | undefined;
}

/** Every older form. */
export function olderForms(): OlderForm[] {
  return [
    ...OLDER_LINES.map(({ line, until }) => sameName(parseLine(line), until)),
    ...FORMER_REQUESTS.map(({ line, now }) => formerRequest(parseLine(line), now)),
    ...OLDER_BUTTONS.map(({ line, now }) => button(parseLine(line), now)),
    inlineMarkup(parseLine(OLDER_INLINE_MARKUP)),
  ];
}

/** Only fields differ: fields that the older layer lacks are left out. */
function sameName(line: TlLine, until: number): OlderForm {
  return {
    line,
    until,
    now: line.name,
    make: (fields) => create(line.name, fields),
    fieldsOf: (object) => object,
  };
}

/** A request: it is read, never written. */
function formerRequest(line: TlLine, now: string): OlderForm {
  const make = ({ channel, ...fields }: Record<string, unknown>) => create(now, { ...fields, peer: channel });
  return { line, until: 0, now, make, fieldsOf: () => undefined };
}

function button(line: TlLine, type: string): OlderForm {
  const now = type.includes('Inline') ? 'KeyboardInlineButton' : 'KeyboardButton';
  return {
    line,
    until: OLDER_BUTTONS_UNTIL,
    now,
    make: ({ flags: _, style, text, ...rest }) => create(now, { style, text, type: create(type, rest) }),
    fieldsOf: ({ style, text, type: kind }) => {
      const { className } = kind as { className: string };
      return className === type ? { ...(kind as object), style, text } : undefined;
    },
  };
}

interface Row {
  readonly buttons: never[];
}

function inlineMarkup(line: TlLine): OlderForm {
  const rows = (kind: string, list: unknown) =>
    (list as Row[]).map(({ buttons }) => create(kind, { buttons }));
  return {
    line,
    until: OLDER_BUTTONS_UNTIL,
    now: line.name,
    make: (fields) => create(line.name, { rows: rows('KeyboardInlineButtonRow', fields['rows']) }),
    fieldsOf: (object) => ({ rows: rows('KeyboardButtonRow', object['rows']) }),
  };
}

/** Creates an object of the library by its name, `messages.GetForumTopics`. */
export function create(name: string, fields: Record<string, unknown>): object {
  const kind = name.split('.').reduce<unknown>((space, part) => (space as TlFields)[part], Api);
  return new (kind as new (fields: unknown) => object)(fields);
}
