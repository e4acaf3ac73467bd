import { FailedError, NotSignedInError, type TelepiError, UsageError } from '../base/errors.js';
import { nameOfRefusal } from './rule.js';
import { namedRule, ruleFor } from './table.js';

export interface Refusal {
  /** The TL method: `messages.sendMedia`. */
  readonly method: string;
  /** The wire string of rpc_error, `FLOOD_WAIT_3`; for a call that got no answer CONNECTION_LOST or TIMEOUT. */
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
    const code = nameOfRefusal(errorMessage).replace(/_X(?:MIN)?(?=_|$)/g, '');
    const { sentence } = ruleFor(errorMessage, rpcCode);
    const fields = { method, refusal: errorMessage, rpcCode };
    super(code, `${sentence} (${method}: ${errorMessage})`, { cause, fields });
    this.method = method;
    this.errorMessage = errorMessage;
    this.rpcCode = rpcCode;
  }
}

/** No answer came, so nobody knows whether the call succeeded. */
export class NoAnswerError extends TelegramError {
  readonly why: 'CONNECTION_LOST' | 'TIMEOUT';

  constructor(method: string, why: NoAnswerError['why'], cause?: unknown) {
    super({ method, errorMessage: why, rpcCode: -503, cause });
    this.why = why;
  }
}

/** A call that got no answer because its connection was lost. */
export function connectionLost(method: string, cause?: unknown): NoAnswerError {
  return new NoAnswerError(method, 'CONNECTION_LOST', cause);
}

/** A call that got no answer in time. */
export function timedOut(method: string): NoAnswerError {
  return new NoAnswerError(method, 'TIMEOUT');
}

/** Whether the server says that it has no such method, in any of the ways in which servers say so. */
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
 * Turns rpc_error into one of our errors: NotSignedInError when it means that the session is gone, UsageError when a
 * setting is wrong, else TelegramError.
 */
export function refusal(method: string, errorMessage: string, rpcCode: number): TelepiError {
  const { action, sentence } = ruleFor(errorMessage, rpcCode);
  if (action === 'settings') {
    return new UsageError(errorMessage, sentence, { fields: { method, refusal: errorMessage } });
  }
  if (action !== 'signed-out') return new TelegramError({ method, errorMessage, rpcCode });
  const words = namedRule(errorMessage) ? sentence : `${sentence} (${method}: ${errorMessage})`;
  return new NotSignedInError(words, { fields: { method, refusal: errorMessage } });
}
