import { messageOf, TelepiError } from '../base/errors.js';
import { connectionLost, methodName, refusal } from '../refusals/telegram-error.js';

/**
 * What the library threw, as one of our errors: TelegramError for a refusal (NotSignedInError when it means that the
 * session is gone), CONNECTION_LOST for the plain Errors that stand for a socket. Others come back as they are.
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

const SOCKET_CODE = /^(E[A-Z]+|ERR_SOCKET_\w+|ERR_STREAM_\w+|EAI_AGAIN)$/;
const CONNECTION_WORDS =
  /connection to .* (was lost|timed out)|could not reconnect|disconnected|not connected|socket was closed|no data received|slot removed|was rejected by the server|HTTP code|bad authKeyId|network is closed/i;

function isConnectionFault(error: Error): boolean {
  if ('code' in error && typeof error.code === 'string' && SOCKET_CODE.test(error.code)) return true;
  return CONNECTION_WORDS.test(messageOf(error));
}
