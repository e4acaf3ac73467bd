import { messageOf, TelepiError } from '../base/errors.js';

/** What an error of a call to Telegram asks for. */
export type Verdict =
  /** Wait so long, then repeat the call. */
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
 */
export function classify(error: unknown): Verdict {
  const { wire, rpcCode, systemCode, message } = factsOf(error);
  if (wire !== undefined) {
    for (const { pattern, verdict } of WIRE_RULES) {
      const match = pattern.exec(wire);
      if (match) return verdict(match);
    }
    return isServerFault(rpcCode) ? TRANSIENT : PERMANENT;
  }
  if (error instanceof TelepiError) return PERMANENT;
  if (systemCode !== undefined && SYSTEM_CODES.has(systemCode)) return TRANSIENT;
  return CONNECTION_MESSAGES.some((pattern) => pattern.test(message)) ? TRANSIENT : PERMANENT;
}

/** A short name of the error for a log or a screen: the wire string, the system's code, or CONNECTION_LOST. */
export function reasonOf(error: unknown): string {
  const { wire, systemCode, message } = factsOf(error);
  if (wire !== undefined)
    return BAD_MESSAGE.test(wire) ? 'BAD_MESSAGE' : wire.toUpperCase().replaceAll(' ', '_');
  if (systemCode !== undefined && SYSTEM_CODES.has(systemCode)) return systemCode;
  if (/timed out/i.test(message)) return 'TIMEOUT';
  return 'CONNECTION_LOST';
}

const TRANSIENT: Verdict = { kind: 'transient' };
const PERMANENT: Verdict = { kind: 'permanent' };

/** bad_msg_notification, in the library's words: the repeat gets a new msg_id. */
const BAD_MESSAGE = /^(?:msg_id too|msg_seqno too|Message too old|Incorrect server salt|Container msg_id)/;

interface WireRule {
  readonly pattern: RegExp;
  readonly verdict: (match: RegExpExecArray) => Verdict;
}

/** The first that matches decides. */
const WIRE_RULES: readonly WireRule[] = [
  // A week's wait before an account is deleted: nobody should sleep through that.
  rule(/^2FA_CONFIRM_WAIT_\d+$/, () => PERMANENT),
  rule(/^FLOOD_PREMIUM_WAIT_(\d+)$/, ([, seconds]) => ({ kind: 'premium', seconds: Number(seconds) })),
  rule(/^SLOWMODE_WAIT_(\d+)$/, ([, seconds]) => ({ kind: 'slowmode', seconds: Number(seconds) })),
  // FLOOD_WAIT_X, FLOOD_TEST_PHONE_WAIT_X, and names not known yet: FLOOD_PREMIUM_WAIT_X was new once, and broke clients.
  rule(/_WAIT_(\d+)$/, ([, seconds]) => ({ kind: 'flood', seconds: Number(seconds) })),
  rule(/^FILE_REFERENCE_(?:\d+_)?(?:EXPIRED|INVALID|EMPTY)$/, () => ({ kind: 'reference' })),
  rule(/^FILE_PART_(\d+)_MISSING$/, ([, part]) => ({ kind: 'missing-part', part: Number(part) })),
  rule(/^RANDOM_ID_DUPLICATE$/, () => ({ kind: 'duplicate' })),
  // Sent with 500, and yet the same at every repeat.
  rule(/^(?:AUTH_RESTART(?:_\d+)?|SIGN_IN_FAILED|NEED_(?:CHAT|MEMBER)_INVALID)$/, () => PERMANENT),
  // How servers say that they don't know a method; some do so with 500.
  rule(/not[_ ]?impl|method[_ ](?:invalid|unknown|not)|unknown[_ ]method|unsupported/i, () => PERMANENT),
  // Transient whatever code comes along. messages.* chained by invokeAfterMsg get the MSG_WAIT names.
  rule(
    /^(?:TIMEOUT|Timeout|INTERNAL|INTERNAL_SERVER_ERROR|RPC_CALL_FAIL|RPC_MCGET_FAIL|RPC_CONNECT_FAILED|MSG_WAIT_FAILED|MSG_WAIT_TIMEOUT|WORKER_BUSY_TOO_LONG_RETRY|MSGID_DECREASE_RETRY|HISTORY_GET_FAILED|No workers running)$/,
    () => TRANSIENT,
  ),
  rule(/^INTERDC_\d+_CALL_(?:RICH_)?ERROR$/, () => TRANSIENT),
  // bad_msg_notification, in the library's words: the repeat gets a new msg_id.
  rule(
    /^(?:msg_id too|msg_seqno too|Message too old|Incorrect server salt|Container msg_id)/,
    () => TRANSIENT,
  ),
];

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

/** Plain Errors of the library and of sockets, which carry nothing but their text. */
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

/** 500 INTERNAL and its kin, also met as -500, and -503 Timeout. */
function isServerFault(rpcCode: number | undefined): boolean {
  return rpcCode !== undefined && Math.floor(Math.abs(rpcCode) / 100) === 5;
}

function rule(pattern: RegExp, verdict: WireRule['verdict']): WireRule {
  return { pattern, verdict };
}
