import { messageOf } from './errors.js';

/** How to fix a write that failed, as the end of a sentence. */
export function howToWrite(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free some space and run again. Nothing that was recorded is lost.';
    case 'EROFS':
      return 'the file system is read-only; choose another --data-dir.';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there; run telepi as the owner of the directory, or choose another --data-dir.';
    default:
      return `${messageOf(error)}; check the directory given by --data-dir.`;
  }
}

/**
 * How to fix a file that could not be written into the folder of `--output`, as the end of a sentence. `again`: what another run does
 * about files that are there, as a clause.
 */
export function howToWriteOutput(error: unknown, again: string): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full. Free some space and run again: ${again}.`;
    case 'EROFS':
      return 'the file system is read-only. Choose another folder with --output.';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there. Run telepi as the owner of the folder, or choose another one with --output.';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file is where a folder should be. Move it away, or choose another folder with --output.';
    default:
      return `${messageOf(error)}. Check the folder of --output, then run again.`;
  }
}

/** Why a TCP connection could not be made, or ended, by Node's code of the error. */
export const CONNECTION_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name cannot be looked up now',
  ENETUNREACH: 'the network is unreachable',
  EHOSTUNREACH: 'the host is unreachable',
  ECONNRESET: 'it closed the connection',
  ETIMEDOUT: 'no answer came in time',
};

/** Node's code of a system error, e.g. ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
