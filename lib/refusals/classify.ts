import { messageOf, TelepiError } from '../base/errors.js';
import { isBadMessage, ruleFor } from './table.js';

/** What an error of a call to Telegram asks the caller to do. */
export type Verdict =
  /** Wait for this long, then repeat the call. */
  | { readonly kind: 'flood' | 'premium' | 'slowmode'; readonly seconds: number }
  /** The network or the server had a bad moment: repeat the call after a short wait. */
  | { readonly kind: 'transient' }
  /** The file reference has run out: fetch its message again. */
  | { readonly kind: 'reference' }
  /** An uploaded part is gone: upload that one again. */
  | { readonly kind: 'missing-part'; readonly part: number }
  /** The random_id was seen before: the message has been sent. */
  | { readonly kind: 'duplicate' }
  /** A repeat would get the same answer. */
  | { readonly kind: 'permanent' };

/**
 * Reads anything thrown by a call to Telegram, by its shape: `errorMessage` is the wire string of rpc_error
 * (`FLOOD_WAIT_3`), `rpcCode` or a numeric `code` its error_code, a textual `code` is the system's (`ECONNRESET`).
 * The table says what Telegram's names mean.
 */
export function classify(error: unknown): Verdict {
  const { wire, rpcCode, systemCode, message } = factsOf(error);
  if (wire !== undefined) return verdictFor(wire, rpcCode);
  if (error instanceof TelepiError) return PERMANENT;
  if (systemCode !== undefined && SYSTEM_CODES.has(systemCode)) return TRANSIENT;
  return CONNECTION_MESSAGES.some((pattern) => pattern.test(message)) ? TRANSIENT : PERMANENT;
}

/**
 * Whether the server itself says that something in it broke (500 and the like), and a repeat may do better. False where
 * no answer came: the network, a connection that was lost, a timeout.
 */
export function isServerFault(error: unknown): boolean {
  const { wire } = factsOf(error);
  return wire !== undefined && !NO_ANSWERS.has(wire) && classify(error).kind === 'transient';
}

/** A short name of the error for a log or a screen: the wire string, the system's code, or CONNECTION_LOST. */
export function reasonOf(error: unknown): string {
  const { wire, systemCode, message } = factsOf(error);
  if (wire !== undefined) return isBadMessage(wire) ? 'BAD_MESSAGE' : wire.toUpperCase().replaceAll(' ', '_');
  if (systemCode !== undefined && SYSTEM_CODES.has(systemCode)) return systemCode;
  if (/timed out/i.test(message)) return 'TIMEOUT';
  return 'CONNECTION_LOST';
}

/** This client's own names. A server uses `Timeout` (-503) for work that takes it too long. */
const NO_ANSWERS: ReadonlySet<string> = new Set(['CONNECTION_LOST', 'TIMEOUT']);

const TRANSIENT: Verdict = { kind: 'transient' };
const PERMANENT: Verdict = { kind: 'permanent' };

/** The largest TL int, about 68 years in seconds. A larger number is a mistake, and no date could show its end. */
const LONGEST_WAIT_S = 2 ** 31 - 1;

function verdictFor(wire: string, rpcCode: number | undefined): Verdict {
  const { action } = ruleFor(wire, rpcCode);
  switch (action) {
    case 'flood':
    case 'premium':
    case 'slowmode':
      return { kind: action, seconds: Math.min(numberIn(wire, /_WAIT_(\d+)$/), LONGEST_WAIT_S) };
    case 'missing-part':
      return { kind: 'missing-part', part: numberIn(wire, /^FILE_PART_(\d+)_MISSING$/) };
    case 'reference':
    case 'duplicate':
      return { kind: action };
    case 'repeat':
    case 'initialise':
      return TRANSIENT;
    default:
      return PERMANENT;
  }
}

function numberIn(wire: string, pattern: RegExp): number {
  return Number(pattern.exec(wire)?.[1] ?? 0);
}

const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CLOSED',
]);

/** Plain Errors of the library and of sockets. Their text is all that they carry. */
const CONNECTION_MESSAGES: readonly RegExp[] = [
  /\bConnection to dc \d+ was lost\b/i,
  /\bCould not reconnect to dc\b/i,
  /\bFailed to connect to dc\b/i,
  /\bDisconnected\b/i,
  /\bis disconnected$/i,
  /\bnot connected\b/i,
  /\btimed out\b/i,
  /\bauth(?:orization)? key for dc \d+ was rejected\b/i,
  /\bMaximum reconnection retries reached\b/i,
  /\bRequest was unsuccessful \d+ time/i,
  /\bNo data received\b/i,
  /\bThe read operation was cancelled\b/i,
  /\bInvalid checksum\b/i,
  /\bHTTP code 429\b/i,
  /\bsocket (?:hang up|was closed|closed)\b/i,
  /^NetSocket was closed$/i,
];

interface ErrorFacts {
  readonly wire: string | undefined;
  readonly rpcCode: number | undefined;
  readonly systemCode: string | undefined;
  readonly message: string;
}

function factsOf(error: unknown): ErrorFacts {
  const shape = (typeof error === 'object' && error !== null ? error : {}) as Readonly<
    Record<string, unknown>
  >;
  const code = shape['code'];
  const rpcCode = shape['rpcCode'];
  return {
    wire: typeof shape['errorMessage'] === 'string' ? shape['errorMessage'] : undefined,
    rpcCode: [rpcCode, code].find((value) => typeof value === 'number'),
    systemCode: typeof code === 'string' ? code : undefined,
    message: messageOf(error),
  };
}
