import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import type { SettingSources } from '../settings/sources.js';
import type { SettingKey } from '../settings/table.js';
import type { CommandLog } from './log.js';
import type { Output } from './output.js';
import type { Redactor } from './redactor.js';

/** A flag that isn't a setting: it belongs to one command and has no name in the environment. */
export interface FlagSpec {
  readonly name: string;
  readonly about: string;
  /** Without a placeholder, the flag is a switch. */
  readonly placeholder?: string;
  /** It may be given several times: together they are a list with commas. */
  readonly many?: true;
}

/** A command's name and arguments. Kept light: `telepi --help` loads all of these and nothing else. */
export interface CommandSpec {
  readonly name: string;
  readonly about: string;
  /** One optional word after the name, or with `many` any number of them. */
  readonly word?: { readonly name: string; readonly about: string; readonly many?: true };
  readonly settings: readonly SettingKey[];
  /** Those of the settings whose flag may be given several times here: together they are a list with commas. */
  readonly listed?: readonly SettingKey[];
  readonly flags: readonly FlagSpec[];
  /** Flags that another room defines, loaded when the command or its help is requested. */
  readonly moreFlags?: () => Promise<readonly FlagSpec[]>;
  readonly examples: readonly (readonly [command: string, about: string])[];
  readonly load: () => Promise<CommandRunner>;
}

/** Does the command's work and returns the exit status. */
export type CommandRunner = (context: CommandContext) => Promise<number>;

/** The input of a command: the user's words, and everything that reaches outside. */
export interface CommandContext {
  /** The given flags, by name without dashes: text, or true for a switch. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly word: string | undefined;
  /** All words after the name, for a command that takes many. */
  readonly words: readonly string[];
  /** The settings that this command uses. */
  readonly uses: readonly SettingKey[];
  readonly sources: SettingSources;
  readonly stdin: NodeJS.ReadStream;
  readonly output: Output;
  readonly log: CommandLog;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborts at SIGHUP, SIGINT or SIGTERM, with an InterruptedError. */
  readonly signal: AbortSignal;
  /** Has something closed when the command has ended. */
  readonly atEnd: (close: () => Promise<void>) => void;
}
