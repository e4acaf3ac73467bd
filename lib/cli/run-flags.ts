import { selectionKeys } from '../settings/selection-table.js';
import type { SettingKey } from '../settings/table.js';
import { textKeys } from '../settings/text-table.js';
import type { FlagSpec } from './command.js';
import { ALLOW_PROTECTED } from './download-flags.js';
import { CONTINUE_FROM } from './older-state.js';
import { ENQUEUE_FLAGS, SCHEDULE_FLAG } from './queue-flags.js';

/** The settings of `telepi run` besides those of the connection. */
export const RUN: readonly SettingKey[] = [
  'sourceChat',
  'targetChat',
  'sourceTopic',
  'targetTopic',
  'autoCreateTopics',
  'minInterval',
  'parallelUploads',
  'bufferMb',
  'cards',
  'goneTopics',
  'closedTopics',
  'service',
  'via',
  ...selectionKeys,
  ...textKeys,
];

export const WITH_PROFILE = {
  name: 'with-profile',
  about: "give the target the source's title, description and photo, as far as they differ",
} as const;

export const CREATE_TARGET = {
  name: 'create-target',
  about:
    "create the target, once: of the source's kind (a basic group becomes a supergroup), with its title, photo, description and topics; without TARGET_CHAT",
} as const;

/** The flags of `telepi run` that aren't settings. */
export const RUN_FLAGS: readonly FlagSpec[] = [
  {
    name: 'restart',
    about: 'start over: everything is sent once more, in addition to what the target already has',
  },
  { name: 'yes', about: 'with --restart: do not ask for confirmation' },
  {
    name: 'dry-run',
    about:
      'say by kind what would be sent, skipped and lost, the bytes and the time; send and create nothing',
  },
  CONTINUE_FROM,
  {
    name: 'retry-failed',
    about:
      'first retry messages that failed in earlier runs; their copies come after everything that is in the target by now',
  },
  {
    name: 'append-missed',
    about:
      'first send older messages that earlier runs left out and that are selected now, or that TelePi can send by now; they come after everything that is in the target',
  },
  CREATE_TARGET,
  WITH_PROFILE,
  {
    name: 'stop-on-error',
    about: "stop at the first message that can't be cloned, instead of continuing after it",
  },
  {
    name: 'verify-source',
    about: "compare each part of a file with Telegram's own SHA-256 of it, before it is sent",
  },
  ALLOW_PROTECTED,
  ...ENQUEUE_FLAGS,
  SCHEDULE_FLAG,
];
