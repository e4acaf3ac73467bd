import { ruleFor } from './table.js';
import { NoAnswerError, TelegramError } from './telegram-error.js';

/** What the caller should do about an error of a call to Telegram. */
export type Verdict =
  /** Wait for this long, then repeat the call. */
  | { readonly kind: 'flood' | 'premium' | 'slowmode'; readonly seconds: number }
  /** The network or the server had a bad moment: repeat the call after a short wait. */
  | { readonly kind: 'transient' }
  /** The file reference has expired: fetch its message again. */
  | { readonly kind: 'reference' }
  /** An uploaded part is gone: upload that one again. */
  | { readonly kind: 'missing-part'; readonly part: number }
  /** The random_id was seen before: the message has been sent. */
  | { readonly kind: 'duplicate' }
  /** A repeat would get the same answer. */
  | { readonly kind: 'permanent' };

/** Reads anything thrown by a call to Telegram. The table says what Telegram's names mean; all other errors are final. */
export function classify(error: unknown): Verdict {
  return error instanceof TelegramError ? verdictFor(error) : PERMANENT;
}

/**
 * Whether the server itself reports an internal fault (500 and the like), so that a repeat may do better. False when no
 * answer came: the network, a lost connection, a timeout.
 */
export function isServerFault(error: unknown): error is TelegramError {
  return (
    error instanceof TelegramError &&
    !(error instanceof NoAnswerError) &&
    classify(error).kind === 'transient'
  );
}

/** A short name of the error for a log or a screen: the wire string, `No workers running` as NO_WORKERS_RUNNING. */
export function reasonOf({ errorMessage }: TelegramError): string {
  return errorMessage.toUpperCase().replaceAll(' ', '_');
}

const TRANSIENT: Verdict = { kind: 'transient' };
const PERMANENT: Verdict = { kind: 'permanent' };

/** The largest TL int, about 68 years in seconds. A larger number is a mistake, and no date could show its end. */
const LONGEST_WAIT_S = 2 ** 31 - 1;

function verdictFor({ errorMessage: wire, rpcCode }: TelegramError): Verdict {
  const { action } = ruleFor(wire, rpcCode);
  switch (action) {
    case 'flood':
    case 'premium':
    case 'slowmode':
      return { kind: action, seconds: Math.min(secondsIn(wire), LONGEST_WAIT_S) };
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

/** FLOOD_WAIT_30, or PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_5MIN. */
function secondsIn(wire: string): number {
  return numberIn(wire, /_WAIT_(\d+)$/) || 60 * numberIn(wire, /_WAIT_(\d+)MIN$/);
}

function numberIn(wire: string, pattern: RegExp): number {
  return Number(pattern.exec(wire)?.[1] ?? 0);
}
