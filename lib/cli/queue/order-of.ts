import type { Order } from '../../queue/order.js';
import { collectValues, isDefault } from '../../settings/sources.js';
import { type SettingKey, specOf } from '../../settings/table.js';
import type { CommandContext } from '../command.js';
import { ONLY_HERE, onlyHere, QUEUE_FLAGS, requireQueueable } from './queueable.js';
import { jobKeys, MACHINE_KEYS } from './queued-job.js';

/** The words of a command, for a worker on another machine. */
export interface OrderWords {
  readonly flags: readonly string[];
  readonly words: readonly string[];
}

/**
 * The words that make the same of it elsewhere: the flags as they were given, and the settings of this machine that belong to the
 * job. `without`: settings of the environment that don't count this time.
 * @throws UsageError ONLY_HERE for a flag or a setting that has a meaning on this machine alone, or that needs a person
 */
export function orderWords(
  command: Order['command'],
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
    const why = flag === undefined ? undefined : ONLY_HERE[flag];
    if (why !== undefined) throw onlyHere(value.origin, why);
    if (flag !== undefined) named.push(`--${flag}=${value.text}`);
  }
  const ofSettings = new Set(uses.flatMap((key) => specOf(key).flag ?? []));
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined || value === false || ofSettings.has(name) || QUEUE_FLAGS.has(name)) continue;
    const why = ONLY_HERE[name];
    if (why !== undefined) throw onlyHere(`--${name}`, why);
    named.push(value === true ? `--${name}` : `--${name}=${String(value)}`);
  }
  requireQueueable({ command, flags: named });
  return { flags: named.sort(), words };
}
