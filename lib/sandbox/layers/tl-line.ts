import type { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { Tl } from '../mtproto/constructors.js';
import { TlWriter } from '../mtproto/tl-bytes.js';

/** A constructor as a line of a TL schema describes it, with names as the library spells them. */
export interface TlLine {
  /** `User`, `messages.SearchGlobal`. */
  readonly name: string;
  readonly id: number;
  readonly fields: readonly TlField[];
}

interface TlField {
  /** In camel case. */
  readonly name: string;
  /** `#`, `true`, `int`, `long`, `string`, `bytes`, `Bool`, or the type of an object. */
  readonly type: string;
  readonly isVector: boolean;
  /** The flags word and the bit that show whether it is present. */
  readonly flag: { readonly word: string; readonly bit: number } | undefined;
}

export type TlFields = Readonly<Record<string, unknown>>;

/** Reads `name#id field:type … = Type;`. Throws SyntaxError. */
export function parseLine(line: string): TlLine {
  const match = /^([\w.]+)#([0-9a-f]+)((?: \w+:\S+)*) = [\w.]+;$/.exec(line);
  if (!match) throw new SyntaxError(`Not a line of a TL schema: ${line}`);
  const [, name = '', id = '', fields = ''] = match;
  const dot = name.lastIndexOf('.') + 1;
  return {
    name: `${name.slice(0, dot)}${name.charAt(dot).toUpperCase()}${name.slice(dot + 1)}`,
    id: Number.parseInt(id, 16),
    fields: fields.split(' ').filter(Boolean).map(parseField),
  };
}

/** The fields after a constructor's id, which has been read. An absent one is null, as in the library. */
export function readFields({ fields }: TlLine, reader: BinaryReader): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const { name, type, flag } = field;
    const isThere = !flag || (Number(values[flag.word]) & (1 << flag.bit)) !== 0;
    if (type === 'true') values[name] = isThere;
    else values[name] = isThere ? readField(field, reader) : null;
  }
  return values;
}

/** The constructor's bytes, its id first. Throws TypeError when a required field is missing. */
export function writeLine({ name, id, fields }: TlLine, values: TlFields): Buffer {
  const writer = new TlWriter().uint(id);
  for (const field of fields) {
    if (field.type === '#') writer.uint(flagsOf(field.name, fields, values));
    else if (field.type !== 'true' && (!field.flag || isPresent(field, values))) {
      writeField(writer, field, values[field.name], name);
    }
  }
  return writer.finish();
}

function parseField(text: string): TlField {
  const [, name = '', word = '', bit = '', vector, type = ''] =
    /^(\w+):(?:(\w+)\.(\d+)\?)?(Vector<)?([\w.#]+)>?$/.exec(text) ?? [];
  if (type === '') throw new SyntaxError(`Not a field of a TL schema: ${text}`);
  return {
    name: name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    type,
    isVector: vector !== undefined,
    flag: word ? { word, bit: Number(bit) } : undefined,
  };
}

function readField({ type, isVector }: TlField, reader: BinaryReader): unknown {
  if (!isVector) return readValue(type, reader);
  reader.readInt();
  return Array.from({ length: reader.readInt() }, () => readValue(type, reader));
}

function readValue(type: string, reader: BinaryReader): unknown {
  switch (type) {
    case '#':
    case 'int':
      return reader.readInt();
    case 'long':
      return reader.readLong();
    case 'string':
      return reader.tgReadString();
    case 'bytes':
      return reader.tgReadBytes();
    case 'Bool':
      return reader.tgReadBool();
    default:
      return reader.tgReadObject();
  }
}

function flagsOf(word: string, fields: readonly TlField[], values: TlFields): number {
  let flags = 0;
  for (const field of fields) {
    if (field.flag?.word === word && isPresent(field, values)) flags |= 1 << field.flag.bit;
  }
  return flags;
}

function isPresent({ name, type }: TlField, values: TlFields): boolean {
  const value = values[name];
  return value !== undefined && value !== null && (value !== false || type === 'Bool');
}

function writeField(writer: TlWriter, { name, type, isVector }: TlField, value: unknown, of: string): void {
  if (value === undefined || value === null) throw new TypeError(`${of} has no ${name}`);
  if (!isVector) {
    writeValue(writer, type, value);
    return;
  }
  const items = value as readonly unknown[];
  writer.uint(Tl.vector).uint(items.length);
  for (const item of items) writeValue(writer, type, item);
}

function writeValue(writer: TlWriter, type: string, value: unknown): void {
  switch (type) {
    case 'int':
      writer.uint(Number(value));
      break;
    case 'long':
      writer.long(BigInt(String(value)));
      break;
    case 'string':
    case 'bytes':
      writer.string(value as string | Buffer);
      break;
    case 'Bool':
      writer.uint(value ? Tl.boolTrue : Tl.boolFalse);
      break;
    default:
      writer.raw((value as { getBytes(): Buffer }).getBytes());
  }
}
