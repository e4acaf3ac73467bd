import { mkdir } from 'node:fs/promises';
import { messageOf } from '../../lib/base/errors.js';
import type { Program } from '../process/child.js';
import { RIVALS } from './rivals.js';

export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** Installs rivals one after another; one that can't be had is named with its reason. */
export async function installRivals(
  names: readonly string[],
  cacheDir: string,
  tell: (line: string) => void,
): Promise<{
  readonly programs: readonly { readonly name: string; readonly program: Program }[];
  readonly leftOut: readonly LeftOut[];
}> {
  const programs: { name: string; program: Program }[] = [];
  const leftOut: LeftOut[] = [];
  if (names.length > 0) await mkdir(cacheDir, { recursive: true });
  for (const name of names) {
    const rival = RIVALS[name];
    if (!rival) continue;
    try {
      programs.push({ name, program: await rival.install(cacheDir) });
    } catch (error) {
      const reason = messageOf(error);
      tell(`${name} is left out: ${reason}`);
      leftOut.push({ name, reason });
    }
  }
  return { programs, leftOut };
}
