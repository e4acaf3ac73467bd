import { mkdir } from 'node:fs/promises';
import { messageOf } from '../../lib/base/errors.js';
import { driver } from '../clients/contenders.js';
import type { Contender } from '../scenarios/row.js';
import { RIVALS } from './rivals.js';

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface InstalledRivals {
  readonly rivals: readonly Contender[];
  readonly leftOut: readonly LeftOut[];
  /** The language version of each, by name. */
  readonly versions: ReadonlyMap<string, string>;
}

/** Installs rivals one after another; one that can't be installed is named with its reason. */
export async function installRivals(
  names: readonly string[],
  cacheDir: string,
  tell: (line: string) => void,
): Promise<InstalledRivals> {
  const rivals: Contender[] = [];
  const leftOut: LeftOut[] = [];
  const versions = new Map<string, string>();
  if (names.length > 0) await mkdir(cacheDir, { recursive: true });
  for (const name of names) {
    const rival = RIVALS[name];
    if (!rival) continue;
    try {
      const { program, version } = await rival.install(cacheDir);
      rivals.push(driver(name, program));
      versions.set(name, version);
    } catch (error) {
      const reason = messageOf(error);
      tell(`${name} is left out: ${reason}`);
      leftOut.push({ name, reason });
    }
  }
  return { rivals, leftOut, versions };
}
