import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { UsageError } from '../../base/errors.js';

export interface ProgramPlace {
  /** Where its PATH is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** The words that name the setting in an error: `--pipe`, `PIPE in /srv/.env`. */
  readonly origin: string;
}

/**
 * Checks that a program can be started, before anything begins: one with a slash in its name is a file, any other is
 * looked for in the directories of PATH, as execvp does.
 * @throws UsageError PIPE_NOT_STARTED.
 */
export async function requireProgram(
  program: string,
  { environment, workingDirectory, origin }: ProgramPlace,
): Promise<void> {
  const isPath = /[/\\]/.test(program) && (program.includes('/') || process.platform === 'win32');
  const folders = isPath
    ? [workingDirectory]
    : pathOf(environment).map((each) => resolve(workingDirectory, each));
  let refused: string | undefined;
  for (const folder of folders) {
    for (const ending of ENDINGS) {
      const path = isPath ? resolve(folder, program + ending) : join(folder, program + ending);
      const found = await lookAt(path);
      if (found === 'program') return;
      if (found === 'refused') refused ??= path;
    }
  }
  const where = isPath ? 'there is no such file' : 'no directory of PATH has it';
  const why = refused === undefined ? where : `${refused} is not a program that may be executed`;
  throw new UsageError(
    'PIPE_NOT_STARTED',
    `${origin} names the program ${JSON.stringify(program)}, which can't be started: ${why}.`,
  );
}

async function lookAt(path: string): Promise<'program' | 'refused' | 'nothing'> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'nothing';
  if (!found.isFile()) return 'refused';
  return access(path, constants.X_OK).then(
    () => 'program' as const,
    () => 'refused' as const,
  );
}

/** What execvp takes when there is no PATH. */
const USUAL_PATH = '/usr/bin:/bin';

function pathOf(environment: ProgramPlace['environment']): readonly string[] {
  const name = Object.keys(environment).find((each) =>
    process.platform === 'win32' ? each.toUpperCase() === 'PATH' : each === 'PATH',
  );
  const path = (name === undefined ? undefined : environment[name]) ?? USUAL_PATH;
  // An empty entry is the working directory.
  return path.split(delimiter).map((each) => (each === '' ? '.' : each));
}

/** On Windows a program may be named without its ending. */
const ENDINGS: readonly string[] = process.platform === 'win32' ? ['', '.exe', '.com'] : [''];
