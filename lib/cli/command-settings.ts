import { readSettings, type Settings, secretsOf } from '../settings/settings.js';
import type { SettingKey } from '../settings/table.js';
import { idleNames } from '../settings/unknown-names.js';
import type { CommandContext } from './command.js';

/**
 * The settings of a command, checked; its secrets are hidden from now on. `named`: names in the settings file that the
 * user's words mean, though they aren't settings.
 */
export function settingsOf(
  context: CommandContext,
  needs: readonly SettingKey[],
  named: readonly string[] = [],
): Settings {
  const settings = readSettings(context.sources, { uses: context.uses, needs });
  context.redactor.add(...secretsOf(settings));
  const idle = idleNames(context.sources, named);
  if (idle !== undefined) context.output.note(idle);
  return settings;
}
