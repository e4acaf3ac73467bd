import { once } from 'node:events';
import winston from 'winston';
import { MIB } from '../base/bytes.js';
import type { Clock } from '../base/clock.js';
import type { Log, LogFields } from '../base/log.js';
import { escapeUnsafe } from './plain.js';
import type { Redactor } from './redactor.js';
import { RotatingFile } from './rotating-file.js';

/** The log of a command: nowhere at first, on standard error with --debug, and in clone.log once that is open. */
export interface CommandLog extends Log {
  /** Writes to `path` from now on, what came before first. Mode 600; ten files of 10 MiB at most. */
  open(path: string): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

export interface CommandLogOptions {
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Where --debug lines go. */
  readonly debug?: { write(text: string): unknown } | undefined;
  /** From this size on a new file begins; 10 MiB unless given. */
  readonly maxFileBytes?: number;
  /** Told once when the file can't be written any more (a full disk, say). The run goes on without it. */
  readonly onFault: (error: Error) => void;
}

type Level = 'debug' | 'info' | 'warn' | 'error';

const MAX_FILE_BYTES = 10 * MIB;
const MAX_FILES = 10;
const MAX_EARLY_LINES = 1000;

/** JSON lines: `{"time":"…","level":"info","event":"flood_wait","method":"messages.SendMedia","seconds":3}`. */
export function createCommandLog(options: CommandLogOptions): CommandLog {
  const { clock, redactor } = options;
  const early: { level: Level; message: string }[] = [];
  let logger: winston.Logger | undefined;

  const write = (level: Level, event: string, fields: LogFields = {}): void => {
    const time = new Date(clock.now()).toISOString();
    const record = redactor.value({ ...fields, time, level, event }) as LogFields;
    const message = escapeUnsafe(JSON.stringify({ time, level, event, ...record }));
    options.debug?.write(`${message}\n`);
    if (logger) logger.log(level, message);
    else if (early.length < MAX_EARLY_LINES) early.push({ level, message });
  };

  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    open(path) {
      if (logger) return;
      logger = openLogger(path, options);
      for (const { level, message } of early.splice(0)) logger.log(level, message);
    },
    async close() {
      if (!logger) return;
      await closeLogger(logger);
      logger = undefined;
    },
  };
}

function openLogger(path: string, options: CommandLogOptions): winston.Logger {
  let faulty = false;
  const stream = new RotatingFile({
    path,
    maxBytes: options.maxFileBytes ?? MAX_FILE_BYTES,
    maxFiles: MAX_FILES,
    onFault(error) {
      if (!faulty) options.onFault(error);
      faulty = true;
    },
  });
  return winston.createLogger({
    level: options.debug ? 'debug' : 'info',
    format: winston.format.printf((info) => String(info.message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  });
}

async function closeLogger(logger: winston.Logger): Promise<void> {
  const flushed = Promise.all(logger.transports.map((transport) => once(transport, 'finish')));
  logger.end();
  await flushed;
}
