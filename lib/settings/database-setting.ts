import type { DatabaseAddress } from '../base/database-address.js';
import { parseDatabase } from './database.js';
import { type RawValue, type SettingSources, settingsFile } from './sources.js';

/** Whether a word can be the name of a variable of the environment. */
export function isVariableName(word: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(word);
}

/**
 * The URL of a database server that a variable of the environment, or else a line of the settings file, holds under this
 * name; undefined when neither has it. `text`: the URL itself, which nothing may show.
 * @throws UsageError for a URL that isn't one, without quoting it
 */
export function databaseNamed(
  name: string,
  sources: SettingSources,
): { readonly address: DatabaseAddress; readonly text: string } | undefined {
  const file = settingsFile(sources);
  const candidates: RawValue[] = [
    { text: sources.environment[name] ?? '', origin: name },
    { text: file.values[name] ?? '', origin: `${name} in ${file.path}` },
  ];
  const found = candidates.find(({ text }) => text.trim() !== '');
  return found && { address: { ...parseDatabase(found), origin: name }, text: found.text.trim() };
}
