import { PassThrough } from 'node:stream';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { parseArguments } from '../../lib/cli/arguments.js';
import { COMMANDS } from '../../lib/cli/commands.js';
import { createCommandLog } from '../../lib/cli/log.js';
import { Output } from '../../lib/cli/output.js';
import { Redactor } from '../../lib/cli/redactor.js';

export interface InProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** Standard input; without it nobody is there to answer. */
  readonly stdin?: PassThrough;
  /** What is printed, also by a run that throws. */
  readonly stdout?: PassThrough;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** Runs a command of telepi in this process, without main: many runs of it cost one start. Errors are thrown. */
export async function runInProcess(
  args: readonly string[],
  {
    environment,
    cwd,
    signal = new AbortController().signal,
    stdin = new PassThrough(),
    clock = systemClock,
    stdout = new PassThrough(),
  }: InProcessOptions,
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const request = await parseArguments(args, COMMANDS, '0');
  if ('print' in request) return { status: 0, stdout: request.print, stderr: '' };
  const { command, flags, word, words } = request;
  const stderr = new PassThrough();
  const redactor = new Redactor();
  const output = new Output({ stdout, stderr }, flags['json'] === true, redactor);
  const log = createCommandLog({ clock, redactor, onFault: () => undefined });
  const run = await command.load();
  const closings: (() => Promise<void>)[] = [];
  try {
    const status = await run({
      flags,
      word,
      words,
      uses: command.settings,
      sources: { flags, environment, workingDirectory: cwd },
      stdin: stdin as unknown as NodeJS.ReadStream,
      output,
      log,
      redactor,
      clock,
      random: systemRandom,
      signal,
      atEnd: (close) => closings.push(close),
    });
    return { status, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
  } finally {
    for (const close of closings) await close();
    output.close();
    await log.close();
  }
}
