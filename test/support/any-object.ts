import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { construct, constructorsOf, type TlConstructor } from './tl-schema.js';

const DEEPEST = 5;

/** Any object of a type as a server could send it, with any of its fields. */
export function anyObject(gen: fc.GeneratorValue, type: string, depth = 0): { getBytes(): Buffer } {
  const forms = constructorsOf(type);
  const form = depth < DEEPEST ? gen(fc.constantFrom<TlConstructor[]>, ...forms) : forms.reduce(simpler);
  const bits = new Map<string, boolean>();
  const isThere = (bit: string | undefined): boolean => {
    if (bit === undefined) return true;
    const known = bits.get(bit) ?? (depth < DEEPEST && gen(fc.boolean));
    bits.set(bit, known);
    return known;
  };
  const fields = form.fields.map(({ name, type: fieldType, isVector, bit }) => {
    if (!isThere(bit)) return [name, undefined];
    if (!isVector) return [name, anyValue(gen, fieldType, depth + 1)];
    const length = depth < DEEPEST ? gen(fc.nat, 2) : 0;
    return [name, Array.from({ length }, () => anyValue(gen, fieldType, depth + 1))];
  });
  return construct(form.name, Object.fromEntries(fields));
}

function anyValue(gen: fc.GeneratorValue, type: string, depth: number): unknown {
  switch (type) {
    case 'int':
      return gen(fc.integer);
    case 'long':
      return bigInt(gen(fc.bigInt, { min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    case 'double':
      return gen(fc.double);
    case 'string':
      return gen(fc.string, { unit: 'binary', maxLength: 12 });
    case 'bytes':
      return Buffer.from(gen(fc.uint8Array, { maxLength: 6 }));
    case 'Bool':
      return gen(fc.boolean);
    case 'true':
      return true;
    default:
      return anyObject(gen, type, depth);
  }
}

/** The one of two constructors that ends a tree sooner. */
function simpler(one: TlConstructor, other: TlConstructor): TlConstructor {
  const weight = ({ fields }: TlConstructor): number =>
    fields.filter(({ type, isOptional }) => !isOptional && constructorsOf(type).length > 0).length;
  return weight(other) < weight(one) ? other : one;
}
