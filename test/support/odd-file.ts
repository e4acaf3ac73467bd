import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';

/** The things that may be in place of a file, and the words for them. */
export const ODD_KINDS = {
  directory: 'a directory',
  pipe: 'a named pipe',
  loop: 'a link that leads in a circle',
  dangling: 'a link that leads nowhere',
} as const;

export type OddKind = keyof typeof ODD_KINDS;

export const oddKinds = Object.keys(ODD_KINDS) as readonly OddKind[];

/** The refusal of the thing at `path`, which may belong to another program. */
export function oddWords(path: string, kind: OddKind): string {
  return (
    `${path} is ${ODD_KINDS[kind]}, and TelePi keeps a file there: set DATA_DIR to another directory if another program ` +
    'uses this one; if none does, move away what is there and run again.'
  );
}

/** Puts something at `path` that is not a file. */
export function putOddFile(path: string, kind: OddKind): void {
  if (kind === 'directory') mkdirSync(path);
  else if (kind === 'loop') symlinkSync(path, path);
  else if (kind === 'dangling') symlinkSync(`${path}.none`, path);
  else if (spawnSync('mkfifo', [path]).status !== 0) throw new Error(`mkfifo ${path} failed`);
}
