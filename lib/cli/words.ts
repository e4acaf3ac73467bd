import { UsageError } from '../base/errors.js';
import { isBooleanWord } from '../settings/parse.js';
import { settingKeys, specOf } from '../settings/table.js';
import type { SettingKind } from '../settings/table-row.js';
import type { CommandSpec, FlagSpec } from './command.js';
import { GLOBAL_FLAGS } from './root-help.js';
import { readSwitch } from './switches.js';

/**
 * What each flag takes, by name: yes or no after an equals sign, or a value after an equals sign or a blank; of lines
 * and lists, each time that the flag is given adds to it.
 */
export type FlagKinds = ReadonlyMap<string, FlagKind>;

type FlagKind = 'switch' | 'value' | 'lines' | 'list';

export interface ReadWords {
  /** Text, or yes or no, by name without dashes; the last one counts, or of lines and lists all. */
  readonly flags: Readonly<Record<string, string | boolean>>;
  /** The words that are neither flags nor their values. */
  readonly words: readonly string[];
  /** Names of flags that aren't known. */
  readonly unknown: readonly string[];
  /** Names of flags that lack their value. */
  readonly valueless: readonly string[];
}

/** The flags of `command`, or of telepi itself; `more` are the flags that the command loads late. */
export function flagKinds(command?: CommandSpec, more: readonly FlagSpec[] = []): FlagKinds {
  const flags = [...GLOBAL_FLAGS, ...(command?.flags ?? []), ...more];
  const uses = command?.settings ?? [];
  const listed = command?.listed ?? [];
  return new Map([
    ['help', 'switch'],
    ['version', 'switch'],
    ...flags.map((flag) => [flag.name, ownKind(flag)] as const),
    ...settingKeys
      .filter((key) => uses.includes(key))
      .flatMap((key) => {
        const { flag, kind } = specOf(key);
        if (flag === undefined) return [];
        return [[flag, listed.includes(key) ? 'list' : flagKind(kind)] as const];
      }),
  ]);
}

function ownKind({ placeholder, many }: FlagSpec): FlagKind {
  if (placeholder === undefined) return 'switch';
  return many ? 'list' : 'value';
}

/** The first word that is neither a flag nor the value of one. */
export function firstWord(given: readonly string[], kinds: FlagKinds): string | undefined {
  for (const token of tokensOf(given, kinds)) if ('word' in token) return token.word;
  return undefined;
}

/**
 * Sorts the words. `takesWord`: a word after a switch belongs to the command. `typed`: the words as the user typed them, place
 * by place, if a flag may have another name there.
 * @throws UsageError for a switch that is neither on nor off, naming it and the values it accepts; CONTRADICTION for two names
 *   of one flag with different values.
 */
export function readWords(
  given: readonly string[],
  kinds: FlagKinds,
  { takesWord, typed = given }: { readonly takesWord: boolean; readonly typed?: readonly string[] },
): ReadWords {
  const flags = new Map<string, string | boolean>();
  const words: string[] = [];
  const unknown = new Set<string>();
  const valueless: string[] = [];
  const spelled = new Map<string, string>();
  for (const token of tokensOf(given, kinds)) {
    if ('word' in token) words.push(token.word);
    else if (token.kind === 'switch') {
      const { name, value } = readSwitch(token.written, (each) => kinds.get(each) === 'switch') ?? {};
      if (name === undefined || value === undefined) continue;
      if (!takesWord) refuseValueBehind(token.written, name, token.next);
      flags.set(name, value);
    } else if (token.kind === undefined) unknown.add(token.name);
    else if (token.value === undefined) valueless.push(longName(typed[token.index]) ?? token.name);
    else {
      if (token.kind === 'value') {
        const name = longName(typed[token.index]) ?? token.name;
        refuseOtherName(name, spelled.get(token.name), flags.get(token.name) === token.value);
        spelled.set(token.name, name);
      }
      const between = SEPARATORS[token.kind];
      const before = between === undefined ? undefined : flags.get(token.name);
      flags.set(token.name, before === undefined ? token.value : `${before}${between}${token.value}`);
    }
  }
  return { flags: Object.fromEntries(flags), words, unknown: [...unknown], valueless };
}

/** What stands between the values of a flag that is given several times. */
const SEPARATORS: Readonly<Partial<Record<FlagKind, string>>> = { lines: '\n', list: ',' };

/** The last of several values counts; of two names for one flag nobody knows which one is meant. */
function refuseOtherName(name: string, before: string | undefined, isSame: boolean): void {
  if (before === undefined || before === name || isSame) return;
  throw new UsageError(
    'CONTRADICTION',
    `--${before} and --${name} are two names of one flag, with different values: leave one of them out.`,
  );
}

function longName(word: string | undefined): string | undefined {
  return /^--([^=]+)/.exec(word ?? '')?.[1];
}

function flagKind({ type }: SettingKind): FlagKind {
  if (type === 'lines' || type === 'list') return type;
  return type === 'boolean' ? 'switch' : 'value';
}

interface FlagToken {
  readonly kind: FlagKind | undefined;
  readonly name: string;
  readonly value: string | undefined;
  readonly written: string;
  /** Its place among the words. */
  readonly index: number;
  readonly next: string | undefined;
}

/** Everything after `--` is a word, whatever it looks like. An unknown flag is assumed to have a value. */
function* tokensOf(
  given: readonly string[],
  kinds: FlagKinds,
): Generator<{ readonly word: string } | FlagToken> {
  for (let index = 0; index < given.length; index += 1) {
    const written = given[index] ?? '';
    if (written === '--') {
      for (const word of given.slice(index + 1)) yield { word };
      return;
    }
    if (!isFlag(written)) {
      yield { word: written };
      continue;
    }
    const next = given[index + 1];
    const [, long, text] = /^--(.[^=]*)(?:=(.*))?$/s.exec(written) ?? [];
    const kind = long === undefined ? undefined : kindOf(long, kinds);
    const takesNext =
      text === undefined &&
      next !== undefined &&
      kind !== 'switch' &&
      isValue(next, kind) &&
      !/=/.test(written);
    const value = takesNext ? next : text;
    const names = long === undefined ? lettersOf(written) : [long];
    for (const name of names) yield { kind, name, value, written, index, next };
    if (takesNext) index += 1;
  }
}

function kindOf(name: string, kinds: FlagKinds): FlagToken['kind'] {
  const negated = name.startsWith('no-') && kinds.get(name.slice('no-'.length)) === 'switch';
  return kinds.get(name) ?? (negated ? 'switch' : undefined);
}

/** A number below zero, such as a chat's id, is a word. */
function isFlag(word: string): boolean {
  return /^-./s.test(word) && !/^-(?:\d+(?:\.\d+)?|\.\d+)$/.test(word);
}

/** Whether a word is taken as the value of the flag before it: a chat's id, for one, begins with a dash. */
function isValue(word: string, kind: FlagToken['kind']): boolean {
  return kind === 'value' || kind === 'lines' || kind === 'list' ? !/^-[^0-9]/.test(word) : !isFlag(word);
}

/** `-abc` is three flags of one letter. */
function lettersOf(written: string): readonly string[] {
  return [...(/^-(\w+)/.exec(written)?.[1] ?? written.slice(1, 2))];
}

function refuseValueBehind(written: string, name: string, next: string | undefined): void {
  if (written.includes('=') || next === undefined || !isBooleanWord(next)) return;
  throw new UsageError(
    'BAD_SETTING',
    `${written} takes its value behind an equals sign: write --${name}=yes or --${name}=no.`,
  );
}
