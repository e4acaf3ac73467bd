import definitions from 'telegram/tl/generated/api-definitions.js';
import { Api } from 'telegram/tl/index.js';

/** A field of a constructor, as the library's definitions describe it. */
export interface TlField {
  readonly name: string;
  readonly type: string;
  readonly isVector: boolean;
  readonly isOptional: boolean;
  /** The bit of the flags that says whether it is there; several fields may share one. Undefined for required fields. */
  readonly bit: string | undefined;
}

export interface TlConstructor {
  /** In the library's spelling, with its namespace. */
  readonly name: string;
  readonly fields: readonly TlField[];
}

interface Definition {
  readonly name: string;
  readonly namespace?: string;
  readonly result: string;
  readonly isFunction: boolean;
  readonly argsConfig: Readonly<
    Record<
      string,
      {
        readonly type: string | null;
        readonly isVector: boolean;
        readonly isFlag: boolean;
        readonly flagIndicator: boolean;
        readonly flagName: string | null;
        readonly flagIndex: number;
      }
    >
  >;
}

const BY_TYPE = byType(definitions as readonly Definition[]);

/** The constructors of a type of the layer in use; none for a type without any, such as int. */
export function constructorsOf(type: string): readonly TlConstructor[] {
  return BY_TYPE.get(type) ?? [];
}

/** Each type of the layer in use with its constructors. */
export function allTypes(): Iterable<readonly [string, readonly TlConstructor[]]> {
  return BY_TYPE;
}

/** An object of a constructor, as a program builds it. */
export function construct(name: string, fields: Readonly<Record<string, unknown>>): TlInstance {
  const [first = '', second] = name.split('.');
  const found = (Api as unknown as Readonly<Record<string, unknown>>)[first];
  const Class = second === undefined ? found : (found as Readonly<Record<string, unknown>>)[second];
  return new (Class as new (fields: unknown) => TlInstance)(fields);
}

export interface TlInstance {
  readonly className: string;
  getBytes(): Buffer;
}

function byType(all: readonly Definition[]): ReadonlyMap<string, readonly TlConstructor[]> {
  const types = new Map<string, TlConstructor[]>();
  for (const { name, namespace, result, isFunction, argsConfig } of all) {
    if (isFunction) continue;
    const fields = Object.entries(argsConfig)
      .filter(([, { flagIndicator }]) => !flagIndicator)
      .map(([field, { type, isVector, isFlag, flagName, flagIndex }]) => ({
        name: field,
        type: type ?? '',
        isVector,
        isOptional: isFlag,
        bit: isFlag ? `${flagName}.${flagIndex}` : undefined,
      }));
    const form = { name: namespace ? `${namespace}.${name}` : name, fields };
    types.set(result, [...(types.get(result) ?? []), form]);
  }
  return types;
}
