import { ExitStatus, FailedError, messageOf, TelepiError } from '../base/errors.js';

/**
 * Turns anything thrown into an error with one sentence for the user and an exit status. `interrupt` is the user's own
 * signal: a failure after it happens because of it.
 */
export function asFailure(error: unknown, interrupt?: AbortSignal): TelepiError {
  if (interrupt?.aborted && interrupt.reason instanceof TelepiError && !isUsage(error)) {
    return error instanceof TelepiError && error.code === interrupt.reason.code ? error : interrupt.reason;
  }
  if (error instanceof TelepiError) return error;
  return systemFailure(error) ?? unexpected(error);
}

/** The error and its causes, with their stacks: for --debug. */
export function stackOf(error: unknown): string {
  const parts: string[] = [];
  for (
    let next = error;
    next !== undefined && parts.length < 10;
    next = (next as { cause?: unknown }).cause
  ) {
    if (!(next instanceof Error)) {
      parts.push(String(next));
      break;
    }
    parts.push(next.stack ?? String(next));
  }
  return parts.join('\nCaused by: ');
}

function isUsage(error: unknown): boolean {
  return error instanceof TelepiError && error.exitStatus === ExitStatus.usage;
}

const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: make room, then run the same command again; it continues where it stopped',
  EDQUOT:
    'the disk quota is used up: make room, then run the same command again; it continues where it stopped',
  EROFS: 'the file system is read-only: choose another --data-dir',
  EACCES: 'this user has no permission: grant it, or choose another --data-dir',
  EPERM: 'this user has no permission: grant it, or choose another --data-dir',
  EIO: 'the disk reports an error: check it, or choose another --data-dir',
  EMFILE: 'too many files are open: raise the limit with ulimit -n',
  ENFILE: 'too many files are open on this machine: raise fs.file-max',
  EADDRINUSE: 'the port is in use: choose another --port',
  EADDRNOTAVAIL: 'this machine has no such address: choose another --host',
  ENOTFOUND: 'the name is unknown: check the network and the address',
};

function systemFailure(error: unknown): TelepiError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  const fix = code === undefined ? undefined : FIXES[code];
  if (code === undefined || fix === undefined) return undefined;
  const where = path ?? (address === undefined ? (syscall ?? code) : `${address}:${port ?? ''}`);
  return new FailedError(code, `${where}: ${fix} (${code}).`, { cause: error });
}

function unexpected(error: unknown): TelepiError {
  const sentence = `An unexpected error occurred: ${messageOf(error)}. --debug shows where.`;
  return new FailedError('UNEXPECTED', sentence, { cause: error });
}
