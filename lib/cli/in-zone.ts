import { UsageError } from '../base/errors.js';
import type { CommandContext } from './command.js';

/**
 * What `make` makes for the time zone of --zone or another flag, or for the usual one. `make` throws for a zone that it doesn't know.
 * @throws UsageError BAD_ZONE
 */
export function inZone<T>(
  { flags }: Pick<CommandContext, 'flags'>,
  usual: string,
  make: (zone: string) => T,
  flag = 'zone',
): T {
  const zone = flags[flag] === undefined ? usual : String(flags[flag]);
  try {
    return make(zone);
  } catch (error) {
    throw new UsageError(
      'BAD_ZONE',
      `--${flag} must be a time zone such as Europe/Berlin or UTC, not ${JSON.stringify(zone)}.`,
      { cause: error },
    );
  }
}
