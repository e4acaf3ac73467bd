import { markedId, type PeerShape } from '../../../base/marked-id.js';

/** A field that a message doesn't have: undefined in objects that were built, null in objects that were received. */
type Absent = undefined | null;

/** What may be passed for an optional field. */
export type Maybe<Value> = Value | Absent;

/** A TL long. */
interface Long {
  toString(): string;
}

/** All fields of T by name, the optional ones perhaps undefined: so that none is forgotten. */
export type FieldsOf<T> = T extends unknown
  ? { readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] }
  : never;

/** An object of JSON without the fields that are undefined. */
export function present<T extends object>(fields: FieldsOf<T>): T {
  const object: Record<string, unknown> = {};
  for (const name in fields) {
    const value: unknown = fields[name as keyof typeof fields];
    if (value !== undefined) object[name] = value;
  }
  return object as T;
}

/** A flag is true or absent. */
export function flag(value: Maybe<boolean>): true | undefined {
  return value ? true : undefined;
}

/** A field as it is, null too as undefined. */
export function plain<Value>(value: Maybe<Value>): Value | undefined {
  return value ?? undefined;
}

/** A 64-bit number as a decimal string, signed as in TL. */
export function long(value: Long): string {
  return String(value);
}

export function maybeLong(value: Maybe<Long>): string | undefined {
  return value == null ? undefined : String(value);
}

/** JSON knows neither infinities nor -0, and Telegram sends none. */
export function real(value: number): number {
  return Number.isFinite(value) && value !== 0 ? value : 0;
}

export function maybeReal(value: Maybe<number>): number | undefined {
  return value == null ? undefined : real(value);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function maybeBase64(bytes: Maybe<Uint8Array>): string | undefined {
  return bytes == null ? undefined : base64(bytes);
}

/** The marked id of a user, basic group or channel. */
export function peer(value: PeerShape): number {
  // JSON has no -0, the mark of a group 0.
  return markedId(value) || 0;
}

export function maybePeer(value: Maybe<PeerShape>): number | undefined {
  return value == null ? undefined : peer(value);
}

export function user(id: Long): number {
  return peer({ userId: id });
}

export function maybeUser(id: Maybe<Long>): number | undefined {
  return id == null ? undefined : user(id);
}

export function group(id: Long): number {
  return peer({ chatId: id });
}

export function channel(id: Long): number {
  return peer({ channelId: id });
}

export function maybeChannel(id: Maybe<Long>): number | undefined {
  return id == null ? undefined : channel(id);
}

/** The items of a vector, each made into JSON; undefined when the vector is absent. */
export function maybeList<Item, Value>(
  items: Maybe<readonly Item[]>,
  read: (item: Item) => Value,
): readonly Value[] | undefined {
  return items == null ? undefined : items.map((item) => read(item));
}

/** As `read` makes it; undefined when the field is absent. */
export function maybe<Value, Json>(value: Maybe<Value>, read: (value: Value) => Json): Json | undefined {
  return value == null ? undefined : read(value);
}
