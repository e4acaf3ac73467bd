import type { FlagSpec } from './command.js';

/** The flags by which a command is queued for the workers instead of run here. */
export const ENQUEUE_FLAGS: readonly FlagSpec[] = [
  {
    name: 'enqueue',
    about:
      'queue it for the workers of all machines (telepi worker) instead of doing it here; needs DATABASE_URL with Postgres',
  },
  {
    name: 'priority',
    placeholder: 'number',
    about: 'with --enqueue: higher ones are done first; 0 unless given',
  },
  {
    name: 'retries',
    placeholder: 'number',
    about: 'with --enqueue: how often it is tried again after it failed; 5 unless given',
  },
  {
    name: 'at',
    placeholder: 'time',
    about: 'with --enqueue: not before this time, written like --since, or so far from now: 30min, 12h, 7d',
  },
  {
    name: 'any-account',
    about:
      'with --enqueue: a worker of any account may do it; one that lacks the rights hands it on to the others',
  },
];

/** How large a stretch of a chat is unless --stretch says so, in ids of messages. */
export const STRETCH = 500;

export const STRETCH_FLAG: FlagSpec = {
  name: 'stretch',
  placeholder: 'ids',
  about: `with --enqueue: how many ids of messages each part has into which a whole chat is divided, so that several workers share it; ${STRETCH} unless given, 0: not divided`,
};

/** For `telepi run`, which has no schedule of its own. */
export const SCHEDULE_FLAG: FlagSpec = {
  name: 'schedule',
  placeholder: 'cron',
  about: "with --enqueue: whenever this cron expression is due by this machine's time zone",
};
