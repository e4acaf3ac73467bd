/**
 * Exit statuses of the `telepi` command. 129, 130 and 143 follow the shell's 128 + signal number.
 */
export const ExitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Machine-readable facts for the log; never secrets. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * The root of every error that TelePi raises on purpose. `message` is one sentence that a user can act on; `code` is
 * stable and meant for machines; `exitStatus` is the command's status when nobody handles the error.
 */
export class TelepiError extends Error {
  readonly code: string;
  readonly exitStatus: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, exitStatus: number, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitStatus = exitStatus;
    this.fields = details.fields ?? {};
  }
}

/** Bad arguments, settings or input: refused before any work begins. Exit status 2. */
export class UsageError extends TelepiError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, ExitStatus.usage, details);
  }
}

/** There is no session, or the server has ended it. Exit status 3. */
export class NotSignedInError extends TelepiError {
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_SIGNED_IN', message, ExitStatus.notSignedIn, details);
  }
}

/** Work that had begun could not be completed. Exit status 1. */
export class FailedError extends TelepiError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, ExitStatus.failed, details);
  }
}

/** The signals that end a command cleanly, and the exit status for each. */
export const STOP_SIGNALS = {
  SIGHUP: ExitStatus.hungUp,
  SIGINT: ExitStatus.interrupted,
  SIGTERM: ExitStatus.terminated,
} as const;

export type StopSignal = keyof typeof STOP_SIGNALS;

/** The user stopped the work by a signal, or closed its terminal. Exit status 129 (SIGHUP), 130 (SIGINT) or 143 (SIGTERM). */
export class InterruptedError extends TelepiError {
  constructor(signal: StopSignal, details?: ErrorDetails) {
    super('INTERRUPTED', `Stopped by ${signal}.`, STOP_SIGNALS[signal], details);
  }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The system's reason, without the call and path that Node adds: `no space left on device (ENOSPC)`. */
export function reasonOfSystem(error: unknown): string {
  const message = messageOf(error);
  const [, code, words] = /^([A-Z][A-Z0-9_]+): (.+?), \w+(?: '.*)?$/s.exec(message) ?? [];
  return code === undefined ? message : `${words} (${code})`;
}
