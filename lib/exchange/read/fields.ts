import type { Unknown } from '../../messages/document/unknown.js';

/** An object of JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The keys of an object, taken one by one by whoever has a field for them. What nobody has taken, or what isn't of the
 * expected type, is left.
 */
export class Keys {
  readonly object: JsonObject;
  readonly #taken: string[] = [];

  constructor(object: JsonObject) {
    this.object = object;
  }

  has(key: string): boolean {
    return this.object[key] !== undefined;
  }

  text(key: string): string | undefined {
    const value = this.object[key];
    return typeof value === 'string' ? this.#take(key, value) : undefined;
  }

  /** A whole number that a JavaScript number holds, also one that stands in quotes. */
  whole(key: string): number | undefined {
    const value = this.object[key];
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    return Number.isSafeInteger(number) ? this.#take(key, number as number) : undefined;
  }

  /** A number with or without fractions. */
  number(key: string): number | undefined {
    const value = this.object[key];
    return typeof value === 'number' ? this.#take(key, value) : undefined;
  }

  /** An integer of any size. */
  digits(key: string): string | undefined {
    const value = this.object[key];
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && /^-?\d+$/.test(text) ? this.#take(key, text) : undefined;
  }

  /** Whether it is true; nobody needs to keep a false. */
  flag(key: string): true | undefined {
    const value = this.object[key];
    if (typeof value !== 'boolean') return undefined;
    this.#taken.push(key);
    return value || undefined;
  }

  list(key: string): readonly unknown[] | undefined {
    const value = this.object[key];
    return Array.isArray(value) ? this.#take(key, value) : undefined;
  }

  /** Says that somebody has a field for this key, whatever it holds. */
  take(...keys: readonly string[]): void {
    this.#taken.push(...keys);
  }

  /** What nobody has taken; undefined for nothing. */
  left(): JsonObject | undefined {
    let left: Record<string, unknown> | undefined;
    for (const key in this.object) {
      if (this.#taken.includes(key)) continue;
      left ??= {};
      left[key] = this.object[key];
    }
    return left;
  }

  #take<T>(key: string, value: T): T {
    this.#taken.push(key);
    return value;
  }
}

type Fields<T> = { readonly [K in keyof T]: T[K] | undefined };

/** An object without the fields that are undefined. */
export function present<T extends object>(fields: Fields<T>): T {
  const object: Record<string, unknown> = {};
  for (const name in fields) {
    const value: unknown = fields[name];
    if (value !== undefined) object[name] = value;
  }
  return object as T;
}

/** What a file names that no document has a field for; its words are among the message's imported keys. */
export function unknown(name?: string): Unknown {
  return { kind: 'unknown', ...(name !== undefined && { name }), id: '00000000', tl: '' };
}

/** In place of an id that a file doesn't say. */
export const NO_ID = '0';
