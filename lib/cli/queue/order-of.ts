import { UsageError } from '../../base/errors.js';
import { collectValues, isDefault } from '../../settings/sources.js';
import { type SettingKey, specOf } from '../../settings/table.js';
import type { CommandContext } from '../command.js';
import { ENQUEUE_FLAGS, SCHEDULE_FLAG, STRETCH_FLAG } from '../queue-flags.js';
import { GLOBAL_FLAGS } from '../root-help.js';
import { jobKeys, MACHINE_KEYS } from './queued-job.js';

/** The words of a command, for a worker on another machine. */
export interface OrderWords {
  readonly flags: readonly string[];
  readonly words: readonly string[];
}

const QUEUE_FLAGS: ReadonlySet<string> = new Set(
  [...ENQUEUE_FLAGS, STRETCH_FLAG, SCHEDULE_FLAG, ...GLOBAL_FLAGS].map(({ name }) => name),
);

/**
 * The words that make the same of it elsewhere: the flags as they were given, and the settings of this machine that belong to the
 * job. `without`: settings of the environment that don't count this time.
 * @throws UsageError ONLY_HERE for a flag or a setting that has a meaning on this machine alone, or that needs a person
 */
export function orderWords(
  { flags, words, uses, sources }: Pick<CommandContext, 'flags' | 'words' | 'uses' | 'sources'>,
  without: ReadonlySet<SettingKey> = new Set(),
): OrderWords {
  const keys = jobKeys(uses);
  const values = collectValues(sources, uses);
  const named: string[] = [];
  for (const key of [...keys, ...MACHINE_KEYS]) {
    const value = values.get(key);
    const { flag } = specOf(key);
    if (value === undefined || isDefault(value) || !uses.includes(key)) continue;
    const isFlag = value.origin === `--${flag}`;
    if (!isFlag && (MACHINE_KEYS.includes(key) || without.has(key))) continue;
    if (key === 'pipe') throw onlyHere(value.origin, 'names a program of this machine');
    if (flag !== undefined) named.push(`--${flag}=${value.text}`);
  }
  const ofSettings = new Set(uses.flatMap((key) => specOf(key).flag ?? []));
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || value === false || ofSettings.has(name) || QUEUE_FLAGS.has(name)) continue;
    const why = ONLY_HERE[name];
    if (why !== undefined) throw onlyHere(`--${name}`, why);
    named.push(value === true ? `--${name}` : `--${name}=${String(value)}`);
  }
  return { flags: named.sort(), words };
}

/** Flags that can't be queued, and why. */
const ONLY_HERE: Readonly<Record<string, string>> = {
  pick: 'lets a person choose, who is not there when a worker does it',
  'dry-run': 'says what would be done now',
  'list-chats': 'lists the chats now',
  restart: 'would send everything once more each time that a worker begins the job again',
  'continue-from': 'names a folder of this machine',
  refill: 'is about the folder of one machine, and is said there',
};

function onlyHere(origin: string, why: string): UsageError {
  return new UsageError('ONLY_HERE', `${origin} ${why}: leave it out, or leave out --enqueue.`);
}
