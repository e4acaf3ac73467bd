import { systemClock } from '../base/clock.js';
import { ExitStatus } from '../base/errors.js';
import { systemRandom } from '../base/random.js';
import { parseArguments, type Request } from './arguments.js';
import { COMMANDS } from './commands.js';
import { asFailure, stackOf } from './failure.js';
import { watchInterrupts } from './interrupt.js';
import { Output } from './output.js';
import { endWithWorker, jobKeys, QUEUED_JOB } from './queue/queued-job.js';
import { Redactor } from './redactor.js';
import { isSwitchedOn } from './switches.js';
import { readVersion } from './version.js';

/**
 * The `telepi` command: words of the user in, an exit status out (0 done, 1 failed, 2 usage, 3 not signed in,
 * 129/130/143 interrupted). Every error ends here, as one sentence on standard error.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const redactor = new Redactor();
  const debug = isSwitchedOn(argv, 'debug');
  const output = new Output(process, isSwitchedOn(argv, 'json'), redactor);
  const onStray = (error: unknown): void => {
    process.exit(report(error, output, debug));
  };
  process.on('unhandledRejection', onStray);
  process.on('uncaughtException', onStray);
  try {
    const request = await parseArguments(argv, COMMANDS, readVersion());
    if ('print' in request) output.print(request.print);
    const status = 'print' in request ? ExitStatus.done : await runCommand(request, output, redactor, debug);
    return await statusOf(status, output);
  } catch (error) {
    return await statusOf(report(error, output, debug), output);
  } finally {
    process.off('unhandledRejection', onStray);
    process.off('uncaughtException', onStray);
    output.close();
  }
}

/** Results that could not be written are a failure, even if everything else went well. */
async function statusOf(status: number, output: Output): Promise<number> {
  await output.flush();
  return status === ExitStatus.done && output.fault ? ExitStatus.failed : status;
}

async function runCommand(
  request: Exclude<Request, { print: string }>,
  output: Output,
  redactor: Redactor,
  debug: boolean,
): Promise<number> {
  const { createCommandLog } = await import('./log.js');
  const { secretTexts } = await import('../settings/sources.js');
  const { SettingsFile } = await import('../settings/env-file.js');
  const { flags, word, words, command } = request;
  const envFile = flags['settings'] as string | undefined;
  const isQueued = process.env[QUEUED_JOB] !== undefined;
  if (isQueued) endWithWorker();
  const place = { workingDirectory: process.cwd(), envFile };
  const file = new SettingsFile(place);
  // Before signals are caught, so that a signal ends the wait for a pipe that nobody writes into.
  file.load();
  const log = createCommandLog({
    clock: systemClock,
    redactor,
    debug: debug ? { write: (line) => output.note(line.trimEnd()) } : undefined,
    onFault: (error) => output.note(`The log can no longer be written: ${error.message}.`),
  });
  const interrupt = watchInterrupts((signal) =>
    output.note(`Ending cleanly after ${signal}; a second signal ends at once.`),
  );
  const sources = {
    ...{ flags, environment: process.env, ...place, file },
    ...(isQueued && { onlyFlags: jobKeys(command.settings) }),
  };
  redactor.add(...secretTexts(sources));
  const closings: (() => Promise<void>)[] = [];
  try {
    const work = await command.load();
    return await work({
      flags,
      word,
      words,
      uses: command.settings,
      sources,
      stdin: process.stdin,
      output,
      log,
      redactor,
      clock: systemClock,
      random: systemRandom,
      signal: interrupt.signal,
      atEnd: (close) => closings.push(close),
    });
  } catch (error) {
    const failure = asFailure(error, interrupt.signal);
    log.error('command_failed', { code: failure.code, error });
    return report(failure, output, debug);
  } finally {
    interrupt.release();
    for (const close of closings) await close();
    await log.close();
  }
}

function report(error: unknown, output: Output, debug: boolean): number {
  const failure = asFailure(error);
  output.note(`telepi: ${failure.message}`);
  // The place of a mistake in something that was written, with a mark under it.
  const { place, owner, reason } = failure.fields;
  if (Array.isArray(place)) for (const line of place) output.note(`  ${line}`);
  output.record({
    event: 'error',
    code: failure.code,
    message: failure.message,
    exitStatus: failure.exitStatus,
    // The account that could do it.
    ...(failure.code === 'OTHER_ACCOUNT' && { owner }),
    // The system's code of what it refused.
    ...(typeof reason === 'string' && /^E[A-Z0-9]+$/.test(reason) && { reason }),
  });
  if (debug) for (const line of stackOf(error).split('\n')) output.note(line);
  return failure.exitStatus;
}
