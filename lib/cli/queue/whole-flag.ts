import { UsageError } from '../../base/errors.js';

/** A whole number that a flag gives; undefined when it isn't given. @throws UsageError BAD_SETTING outside of its bounds */
export function wholeFlag(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  const number = /^\s*-?\d+\s*$/.test(String(text)) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(
    'BAD_SETTING',
    `--${name} must be a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`,
  );
}
