import type { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import type { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { Answer } from '../mtproto/answers.js';
import type { Request } from '../mtproto/request.js';
import { methodName, refusal } from '../refusals/telegram-error.js';
import { TlReader } from './tl-reader.js';

/** A method that every request of the library has, though its types don't say so. */
interface ResultReader<R extends Api.AnyRequest> {
  readResult(reader: BinaryReader): R['__response'];
}

/** Calls that only read, so that repeating them is harmless. */
const READS = /^[a-z]+\.(?:Get|Resolve)/;
/** How long to wait for their answers while the server answers pings. Milliseconds. */
const READ_LIMIT_MS = 60_000;

/** A TL request as it goes onto a connection. Throws an Error when a required field is missing. */
export function asRequest(request: Api.AnyRequest): Request {
  const limit = READS.test(request.className) && { limitMs: READ_LIMIT_MS };
  return { method: methodName(request), kind: 'call', head: request.getBytes(), size: 0, ...limit };
}

/**
 * The server's answer to `request`. Throws TelegramError for a refusal, NotSignedInError when it means that the session
 * is gone, FailedError UNEXPECTED_ANSWER for TL that isn't of this layer.
 */
export function readResult<R extends Api.AnyRequest>(request: R, answer: Answer): R['__response'] {
  const method = methodName(request);
  if (answer.kind === 'error') throw refusal(method, answer.message, answer.code);
  if (answer.kind !== 'tl') throw unreadable(method);
  try {
    return (request as R & ResultReader<R>).readResult(new TlReader(answer.bytes));
  } catch (cause) {
    throw unreadable(method, cause);
  }
}

function unreadable(method: string, cause?: unknown): FailedError {
  return new FailedError(
    'UNEXPECTED_ANSWER',
    `The server answered ${method} with something that this version of telepi can't read: look for a newer one.`,
    { cause, fields: { method } },
  );
}
