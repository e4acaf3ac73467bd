import type { Clock } from '../base/clock.js';
import type { Log, LogFields } from '../base/log.js';
import type { Level, LogFile, LogFileOptions } from './log-file.js';
import { escapeUnsafe } from './plain.js';
import type { Redactor } from './redactor.js';

/**
 * The log of a command. It goes nowhere at first, to standard error with --debug, and to clone.log once that is open.
 */
export interface CommandLog extends Log {
  /** Writes to `path` from now on, earlier lines first. Mode 600; at most ten files of 10 MiB. */
  open(path: string): Promise<void>;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

export interface CommandLogOptions extends Omit<LogFileOptions, 'level'> {
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Where --debug lines go. */
  readonly debug?: { write(text: string): unknown } | undefined;
}

const MAX_EARLY_LINES = 1000;

/** JSON lines: `{"time":"…","level":"info","event":"flood_wait","method":"messages.SendMedia","seconds":3}`. */
export function createCommandLog(options: CommandLogOptions): CommandLog {
  const { clock, redactor } = options;
  const early: { level: Level; message: string }[] = [];
  let file: LogFile | undefined;

  const write = (level: Level, event: string, fields: LogFields = {}): void => {
    const time = new Date(clock.now()).toISOString();
    const record = redactor.value({ ...fields, time, level, event }) as LogFields;
    const message = escapeUnsafe(JSON.stringify({ time, level, event, ...record }));
    options.debug?.write(`${message}\n`);
    if (file) file.write(level, message);
    else if (early.length < MAX_EARLY_LINES) early.push({ level, message });
  };

  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    async open(path) {
      if (file) return;
      // Loaded only when needed, because it takes time.
      const { openLogFile } = await import('./log-file.js');
      file = openLogFile(path, { ...options, level: options.debug ? 'debug' : 'info' });
      for (const { level, message } of early.splice(0)) file.write(level, message);
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}
