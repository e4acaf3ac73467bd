import type { CommandSpec } from './command.js';
import { CONNECTION } from './connection-settings.js';

/** The commands of the queue. */
export const QUEUE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'worker',
    about: 'Do what --enqueue has queued for this account, on any number of machines, until interrupted',
    settings: [...CONNECTION, 'database'],
    flags: [
      { name: 'jobs', placeholder: 'number', about: 'how many jobs at once; 1 unless given' },
      {
        name: 'until-empty',
        about:
          'end when no job waits or runs that this account may do; with status 1 if one became a dead letter here',
      },
    ],
    examples: [
      ['telepi worker', 'on each machine, with its own login'],
      ['telepi download @chat --enqueue', 'anywhere: the workers share the chat'],
    ],
    load: async () => (await import('./commands/worker.js')).worker,
  },
  {
    name: 'workers',
    about: 'Show the workers of all machines, what they do and what is stuck, and what waits in the queue',
    settings: ['dataDir', 'database'],
    flags: [
      {
        name: 'retry',
        placeholder: 'id',
        about:
          'queue a dead letter once more, by the id of its job, or all stretches of a divided job that are dead letters',
      },
      {
        name: 'drop',
        placeholder: 'id',
        about: 'remove a dead letter, or a job that waits, or all such stretches of a divided job',
      },
      { name: 'unschedule', placeholder: 'name', about: 'end a schedule' },
    ],
    examples: [['telepi workers --json', 'one object for each worker, job, schedule and dead letter']],
    load: async () => (await import('./commands/workers.js')).workers,
  },
];
