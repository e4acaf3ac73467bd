import { nearestName } from '../base/nearest-name.js';
import { type SettingSources, settingsFile } from './sources.js';
import { settingKeys, specOf } from './table.js';

/**
 * One sentence about lines of the settings file that set nothing: names that TelePi doesn't know, with the one that was
 * probably meant, and names without an equals sign. Undefined when there is no such line, or no such file. `known`: names
 * that mean something in this command.
 */
export function idleNames(sources: SettingSources, known: readonly string[] = []): string | undefined {
  const { path, text, values } = settingsFile(sources);
  const unknown = Object.keys(values).filter((name) => ![...NAMES, ...known].includes(name));
  const bare = NAMES.filter((name) => !(name in values) && new RegExp(`^\\s*${name}\\s+\\S`, 'm').test(text));
  const parts = [
    ...unknown.map((name) => {
      const meant = nearest(name);
      return `${name}, which TelePi does not know${meant === undefined ? '' : ` (${meant}?)`}`;
    }),
    ...bare.map((name) => `${name} without an equals sign`),
  ];
  return parts.length === 0 ? undefined : `${path} has ${parts.join('; ')}.`;
}

const NAMES = settingKeys.map((key) => specOf(key).name);

/** A name that people are likely to use for a setting, and the setting's own name. */
const CALLED: readonly (readonly [called: string, name: string])[] = settingKeys
  .map(specOf)
  .flatMap(({ name, flag }) => [
    [name, name] as const,
    [name.replace(/^(?:TG|TELEPI)_/, ''), name] as const,
    ...(flag === undefined ? [] : [[flag.replaceAll('-', '_').toUpperCase(), name] as const]),
  ]);

function nearest(unknown: string): string | undefined {
  return nearestName(unknown.replaceAll(/[-.]/g, '_').toUpperCase(), CALLED);
}
