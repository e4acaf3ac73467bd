import { once } from 'node:events';
import winston from 'winston';
import { MIB } from '../base/bytes.js';
import type { CommandLogOptions } from './log.js';
import { RotatingFile } from './rotating-file.js';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** The file that a log's lines go into. */
export interface LogFile {
  write(level: Level, line: string): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

const MAX_FILE_BYTES = 10 * MIB;
const MAX_FILES = 10;

/** Opens a log file: see CommandLog. */
export function openLogFile(
  path: string,
  { debug, maxFileBytes = MAX_FILE_BYTES, onFault }: CommandLogOptions,
): LogFile {
  let faulty = false;
  const stream = new RotatingFile({
    path,
    maxBytes: maxFileBytes,
    maxFiles: MAX_FILES,
    onFault(error) {
      if (!faulty) onFault(error);
      faulty = true;
    },
  });
  const logger = winston.createLogger({
    level: debug ? 'debug' : 'info',
    format: winston.format.printf((info) => String(info.message)),
    transports: [new winston.transports.Stream({ stream, eol: '\n' })],
  });
  return {
    write: (level, line) => void logger.log(level, line),
    async close() {
      const flushed = Promise.all(logger.transports.map((transport) => once(transport, 'finish')));
      logger.end();
      await flushed;
    },
  };
}
