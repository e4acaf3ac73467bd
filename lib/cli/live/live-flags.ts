import { UsageError } from '../../base/errors.js';
import type { SettingKey } from '../../settings/table.js';
import type { CommandContext, FlagSpec } from '../command.js';
import { CONNECTION } from '../connection-settings.js';
import { ALLOW_PROTECTED } from '../download-flags.js';

/** The settings of a command that may read Telegram itself in place of the store. */
export const LIVE_SETTINGS: readonly SettingKey[] = [...CONNECTION, 'bufferMb'];

export const LIVE_FLAGS: readonly FlagSpec[] = [
  {
    name: 'live',
    about:
      'read the chats of --source from Telegram now, instead of what is kept; nothing is noted in the database',
  },
  { ...ALLOW_PROTECTED, about: `with --live: ${ALLOW_PROTECTED.about}` },
];

/**
 * Whether Telegram itself is read.
 * @throws UsageError CONTRADICTION, NO_CHAT for what doesn't go together
 */
export function isLive({ flags }: Pick<CommandContext, 'flags'>): boolean {
  if (flags['live'] !== true) {
    if (flags['allow-protected'] !== true) return false;
    throw new UsageError(
      'CONTRADICTION',
      '--allow-protected is about chats that --live reads: add --live, or leave it out.',
    );
  }
  if (flags['account'] !== undefined) {
    throw new UsageError(
      'CONTRADICTION',
      '--account chooses among accounts of the database, and --live reads as the one that is signed in: leave one of them out.',
    );
  }
  if (String(flags['source'] ?? '').trim() !== '') return true;
  throw new UsageError(
    'NO_CHAT',
    '--live reads the chats that --source names: name one or more (telepi chats lists them).',
  );
}
