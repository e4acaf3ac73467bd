/** A value that doesn't have the form that was expected, and where it lies in the whole: `entities[2].length`. */
export class FormFault extends Error {
  readonly path: string;

  constructor(path: string, expected: string) {
    super(`${path === '' ? 'the answer' : path} must be ${expected}`);
    this.name = 'FormFault';
    this.path = path;
  }
}

/** Checks a value at a path. @throws FormFault. */
export type Check = (value: unknown, path: string) => void;

export const string: Check = (value, path) => {
  if (typeof value !== 'string') throw new FormFault(path, 'a text');
  if (/\p{Surrogate}/u.test(value)) throw new FormFault(path, 'a text of whole characters');
};

export const decimal: Check = (value, path) => {
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) throw new FormFault(path, 'a decimal string');
};

/** @param least the smallest number allowed. */
export function integer(least = Number.MIN_SAFE_INTEGER): Check {
  return (value, path) => {
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw new FormFault(path, least < 0 ? 'a whole number' : `a whole number from ${least}`);
    }
  };
}

export const yes: Check = (value, path) => {
  if (value !== true) throw new FormFault(path, 'true, or left out');
};

export const boolean: Check = (value, path) => {
  if (typeof value !== 'boolean') throw new FormFault(path, 'true or false');
};

export function oneOf(words: readonly string[]): Check {
  return (value, path) => {
    if (!words.includes(value as string)) throw new FormFault(path, `one of ${words.join(', ')}`);
  };
}

export function list(each: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw new FormFault(path, 'a list');
    for (const [index, item] of value.entries()) each(item, `${path}[${index}]`);
  };
}

/** An object with exactly these fields; those in `may` can be left out. */
export function object(
  must: Readonly<Record<string, Check>>,
  may: Readonly<Record<string, Check>> = {},
): Check {
  return (value, path) => {
    const given = record(value, path);
    for (const [name, check] of Object.entries(must)) check(given[name], within(path, name));
    for (const [name, field] of Object.entries(given)) {
      if (Object.hasOwn(must, name)) continue;
      const check = Object.hasOwn(may, name) ? may[name] : undefined;
      if (!check) throw new FormFault(within(path, name), 'left out: a document has no such field here');
      check(field, within(path, name));
    }
  };
}

/** One of several objects, distinguished by their field `kind`. */
export function byKind(kinds: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    const { kind } = record(value, path);
    const check = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!check) throw new FormFault(within(path, 'kind'), `one of ${Object.keys(kinds).join(', ')}`);
    check(value, path);
  };
}

export function within(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormFault(path, 'an object');
  return value as Readonly<Record<string, unknown>>;
}
