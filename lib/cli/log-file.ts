import { once } from 'node:events';
import winston from 'winston';
import { MIB } from '../base/bytes.js';
import { RotatingFile } from './rotating-file.js';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** The file that receives a log's lines. */
export interface LogFile {
  write(level: Level, line: string): void;
  /** Resolves when every line is in the file. */
  close(): Promise<void>;
}

export interface LogFileOptions {
  /** Lines of a lower level are left out. */
  readonly level: Level;
  /** A new file begins at this size; default: 10 MiB. */
  readonly maxFileBytes?: number;
  /** Called once when the file can no longer be written (for example on a full disk). The run continues without it. */
  readonly onFault: (error: Error) => void;
}

const MAX_FILE_BYTES = 10 * MIB;
const MAX_FILES = 10;

/** Opens a log file: see CommandLog. */
export function openLogFile(
  path: string,
  { level, maxFileBytes = MAX_FILE_BYTES, onFault }: LogFileOptions,
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
    level,
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
