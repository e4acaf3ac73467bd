import { LAYER } from 'telegram/tl/index.js';
import type { RawMessage, Unknown } from '../../document/unknown.js';
import { base64 } from './fields.js';

/** Any object of the library's TL. */
export interface TlObject {
  readonly className: string;
  readonly CONSTRUCTOR_ID: number;
  getBytes(): Buffer;
}

/** For each constructor of the union U its reader. A constructor that is missing doesn't compile. */
export type Readers<U extends TlObject, Json> = {
  readonly [Name in U['className']]: (object: Extract<U, { className: Name }>) => Json;
};

/** Reads an object by its constructor. One without a reader, which only a newer library can have, is kept as it is. */
export function readBy<U extends TlObject, Json>(readers: Readers<U, Json>, object: U): Json | Unknown {
  const byName = readers as unknown as Readonly<Record<string, (object: U) => Json>>;
  const reader = Object.hasOwn(byName, object.className) ? byName[object.className] : undefined;
  return reader ? reader(object) : unknownOf(object);
}

/** For the default of a switch over a union: compiles only if no constructor is left. */
export function never(object: never): Unknown {
  return unknownOf(object as TlObject);
}

/** An object as it is, for what can't be read. */
export function unknownOf(object: TlObject): Unknown {
  const { className, CONSTRUCTOR_ID } = object;
  return {
    kind: 'unknown',
    name: className,
    id: constructorId(CONSTRUCTOR_ID),
    tl: base64(object.getBytes()),
  };
}

/** Bytes that the library can't read. They begin with the constructor's id. */
export function unknownBytes(bytes: Uint8Array): Unknown {
  const id = bytes.length < 4 ? 0 : Buffer.from(bytes.subarray(0, 4)).readUInt32LE();
  return { kind: 'unknown', id: constructorId(id), tl: base64(bytes) };
}

export function rawMessage(bytes: Uint8Array, layer = LAYER): RawMessage {
  return { layer, tl: base64(bytes) };
}

/** Whether something in a document is unknown. */
export function holdsUnknown(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if ('kind' in json && json.kind === 'unknown') return true;
  return Object.values(json).some(holdsUnknown);
}

/** As TL schemas write it. */
function constructorId(id: number): string {
  return (id >>> 0).toString(16).padStart(8, '0');
}
