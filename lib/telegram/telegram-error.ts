import { FailedError, messageOf, NotSignedInError, TelepiError, UsageError } from '../base/errors.js';
import { nameOfRefusal } from '../pace/telegram-errors/rule.js';
import { namedRule, ruleFor } from '../pace/telegram-errors/table.js';

export interface Refusal {
  /** The TL method: `messages.sendMedia`. */
  readonly method: string;
  /** The wire string of rpc_error, `FLOOD_WAIT_3`; CONNECTION_LOST and TIMEOUT are this client's own. */
  readonly errorMessage: string;
  /** rpc_error's error_code; -503 for a call that got no answer. */
  readonly rpcCode: number;
  readonly cause?: unknown;
}

/**
 * Telegram refused a call, or gave no answer. `code` is the wire string without its numbers (FLOOD_WAIT),
 * `errorMessage` the string as it came.
 */
export class TelegramError extends FailedError {
  readonly method: string;
  readonly errorMessage: string;
  readonly rpcCode: number;

  constructor({ method, errorMessage, rpcCode, cause }: Refusal) {
    const code = nameOfRefusal(errorMessage).replace(/_X(?=_|$)/g, '');
    const { sentence } = ruleFor(errorMessage, rpcCode);
    const fields = { method, refusal: errorMessage, rpcCode };
    super(code, `${sentence} (${method}: ${errorMessage})`, { cause, fields });
    this.method = method;
    this.errorMessage = errorMessage;
    this.rpcCode = rpcCode;
  }
}

/** A call that got no answer because its connection went away. */
export function connectionLost(method: string, cause?: unknown): TelegramError {
  return new TelegramError({ method, errorMessage: 'CONNECTION_LOST', rpcCode: -503, cause });
}

/** A call that got no answer in its time. */
export function timedOut(method: string): TelegramError {
  return new TelegramError({ method, errorMessage: 'TIMEOUT', rpcCode: -503 });
}

/** Whether no answer came: CONNECTION_LOST or TIMEOUT. */
export function isLost(error: unknown): boolean {
  return error instanceof TelegramError && /^(?:CONNECTION_LOST|TIMEOUT)$/.test(error.errorMessage);
}

/** Whether the server says that it has no such method, in one of the ways that servers say so. */
export function isUnknownMethod(error: unknown): error is TelegramError {
  return (
    error instanceof TelegramError && ruleFor(error.errorMessage, error.rpcCode).action === 'unknown-method'
  );
}

/** The TL method of a request as its documentation spells it: `messages.SendMedia` is messages.sendMedia. */
export function methodName(request: { readonly className: string }): string {
  const dot = request.className.lastIndexOf('.') + 1;
  const [first = ''] = request.className.slice(dot);
  return request.className.slice(0, dot) + first.toLowerCase() + request.className.slice(dot + 1);
}

/**
 * What the library threw, as one of our errors: `refusal` for an rpc_error, CONNECTION_LOST for the plain Errors that stand for a socket. Others come back as they are.
 */
export function fromLibrary(error: unknown, method: string): unknown {
  if (error instanceof TelepiError || !(error instanceof Error)) return error;
  const shape: Error & { errorMessage?: unknown; code?: unknown } = error;
  if (typeof shape.errorMessage === 'string') {
    // The library may have called another method on the way, such as auth.exportAuthorization.
    const caused = /\(caused by ([\w.]+)\)/.exec(error.message)?.[1];
    const actual = caused === undefined ? method : methodName({ className: caused });
    return refusal(actual, shape.errorMessage, shape.code, error);
  }
  return isConnectionFault(error) ? connectionLost(method, error) : error;
}

/**
 * rpc_error as one of our errors: NotSignedInError when it means that the session is gone, UsageError when a setting is
 * wrong, else TelegramError.
 */
export function refusal(method: string, errorMessage: string, code: unknown, cause?: unknown): TelepiError {
  const rpcCode = typeof code === 'number' ? code : 0;
  const { action, sentence } = ruleFor(errorMessage, rpcCode);
  if (action === 'settings') {
    return new UsageError(errorMessage, sentence, { cause, fields: { method, refusal: errorMessage } });
  }
  if (action !== 'signed-out') return new TelegramError({ method, errorMessage, rpcCode, cause });
  const words = namedRule(errorMessage) ? sentence : `${sentence} (${method}: ${errorMessage})`;
  return new NotSignedInError(words, { cause, fields: { method, refusal: errorMessage } });
}

const SOCKET_CODE = /^(E[A-Z]+|ERR_SOCKET_\w+|ERR_STREAM_\w+|EAI_AGAIN)$/;
const CONNECTION_WORDS =
  /connection to .* (was lost|timed out)|could not reconnect|disconnected|not connected|socket was closed|no data received|slot removed|was rejected by the server|HTTP code|bad authKeyId|network is closed/i;

function isConnectionFault(error: Error): boolean {
  if ('code' in error && typeof error.code === 'string' && SOCKET_CODE.test(error.code)) return true;
  return CONNECTION_WORDS.test(messageOf(error));
}
