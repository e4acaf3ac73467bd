import stringify from 'fast-json-stable-stringify';

/** Values that JSON has no form for, under a `$` that no record of the sandbox uses as a name. */
type Tagged =
  | { readonly $: 'bigint'; readonly v: string }
  | { readonly $: 'bytes'; readonly v: string }
  | { readonly $: 'map'; readonly v: readonly (readonly [unknown, unknown])[] }
  | { readonly $: 'set'; readonly v: readonly unknown[] };

/** JSON with its keys sorted, for plain data that may hold Maps, Sets, bigints and Buffers. */
export function encodeState(value: unknown): string {
  return `${stringify(toJson(value))}\n`;
}

/** The value that encodeState was given; fields that were undefined are missing. Throws SyntaxError. */
export function decodeState(text: string): unknown {
  return fromJson(JSON.parse(text));
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { $: 'bigint', v: value.toString() } satisfies Tagged;
  if (Buffer.isBuffer(value)) return { $: 'bytes', v: value.toString('base64') } satisfies Tagged;
  if (value instanceof Map) {
    const v = [...value].map(([key, item]) => [toJson(key), toJson(item)] as const);
    return { $: 'map', v } satisfies Tagged;
  }
  if (value instanceof Set) return { $: 'set', v: [...value].map(toJson) } satisfies Tagged;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return mapFields(value, toJson);
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if (!('$' in value)) return mapFields(value, fromJson);
  const tagged = value as Tagged;
  switch (tagged.$) {
    case 'bigint':
      return BigInt(tagged.v);
    case 'bytes':
      return Buffer.from(tagged.v, 'base64');
    case 'map':
      return new Map(tagged.v.map(([key, item]) => [fromJson(key), fromJson(item)]));
    case 'set':
      return new Set(tagged.v.map(fromJson));
    default:
      throw new SyntaxError('an unknown tag');
  }
}

function mapFields(value: object, change: (field: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, change(field)]));
}
