import { UsageError } from '../../base/errors.js';
import type { Order } from '../../queue/order.js';
import { specOf } from '../../settings/table.js';
import type { CommandSpec } from '../command.js';
import { DOWNLOAD, DOWNLOAD_FLAGS } from '../download-flags.js';
import { ENQUEUE_FLAGS, SCHEDULE_FLAG, STRETCH_FLAG } from '../queue-flags.js';
import { GLOBAL_FLAGS } from '../root-help.js';
import { RUN, RUN_FLAGS } from '../run-flags.js';
import { jobKeys, MACHINE_KEYS } from './queued-job.js';

/** Flags that say how a command is queued, or what it prints: no part of a job. */
export const QUEUE_FLAGS: ReadonlySet<string> = new Set(
  [...ENQUEUE_FLAGS, STRETCH_FLAG, SCHEDULE_FLAG, ...GLOBAL_FLAGS].map(({ name }) => name),
);

/** Flags that can't be queued, and why. */
export const ONLY_HERE: Readonly<Record<string, string>> = {
  pick: 'lets a person choose, who is not there when a worker does it',
  'dry-run': 'says what would be done now',
  'list-chats': 'lists the chats now',
  restart: 'would send everything once more each time that a worker begins the job again',
  'continue-from': 'names a folder of this machine',
  refill: 'is about the folder of one machine, and is said there',
  pipe: 'names a program of this machine',
};

/** The commands that are queued. */
const QUEUED: ReadonlyMap<string, Pick<CommandSpec, 'settings' | 'flags'>> = new Map([
  ['run', { settings: RUN, flags: RUN_FLAGS }],
  ['download', { settings: DOWNLOAD, flags: DOWNLOAD_FLAGS }],
]);

/**
 * Refuses an order whose command or flags aren't a job's: for whoever queues it, and again for whoever does it, since others can
 * write into the database. @throws UsageError ONLY_HERE
 */
export function requireQueueable({ command, flags }: Pick<Order, 'command' | 'flags'>): void {
  const spec = QUEUED.get(command);
  if (!spec) throw onlyHere('The command', 'is not one that a worker does');
  const { settings, flags: own } = spec;
  const keys = [...jobKeys(settings), ...MACHINE_KEYS.filter((key) => settings.includes(key))];
  const ofSettings = new Set(keys.flatMap((key) => specOf(key).flag ?? []));
  for (const flag of flags) {
    const [, name = '', value] = /^--([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(flag) ?? [];
    const why = ONLY_HERE[name];
    if (why !== undefined) throw onlyHere(`--${name}`, why);
    const ownFlag = QUEUE_FLAGS.has(name) ? undefined : own.find((each) => each.name === name);
    // A flag that lacks its value would take the next flag for it, which may be the worker's own.
    const takesValue = ofSettings.has(name) || ownFlag?.placeholder !== undefined;
    const isKnown = ofSettings.has(name) || ownFlag !== undefined;
    if (!isKnown || takesValue !== (value !== undefined))
      throw onlyHere(name === '' ? 'One of its flags' : `--${name}`, 'is not a part of a job');
    if (name === 'from-file' && value !== '-') throw onlyHere('--from-file', 'names a file of one machine');
  }
}

/** See ONLY_HERE. `origin`: the flag or the setting. */
export function onlyHere(origin: string, why: string): UsageError {
  return new UsageError('ONLY_HERE', `${origin} ${why}: leave it out, or leave out --enqueue.`);
}
