import { createHash } from 'node:crypto';
import { FailedError } from '../base/errors.js';

/** What a job of the queue is: the words of a command, and whose. Its JSON is pg-boss's `data`. */
export interface Order {
  /** Of this form. */
  readonly version: 1;
  readonly command: 'run' | 'download';
  /** Flags with their values behind an equals sign; no secrets, and nothing of the machine that has queued it. */
  readonly flags: readonly string[];
  /** The words that aren't flags. */
  readonly words: readonly string[];
  /** Lines for the command's standard input. */
  readonly input?: string;
  /** The account that has queued it, by its user id. */
  readonly account: number;
  /** Whether any account may do it. */
  readonly any?: true;
  /** What people call it. */
  readonly title: string;
  readonly host: string;
  /** When it was due, which spans such as `--since=12h` count back from; milliseconds since the epoch. Absent in a schedule. */
  readonly asOf?: number;
  /** Random: of this time that it was queued. */
  readonly serial: string;
  /** A download of whole chats is divided into stretches of this many ids of messages; absent: it isn't divided. */
  readonly stretch?: number;
  /** The id of the job that this is a stretch of. */
  readonly parent?: string;
  /** Which of how many stretches, from 1. */
  readonly number?: number;
  readonly of?: number;
  /** The account whose workers had all died while it waited for them, and that may have begun it. */
  readonly waitedFor?: number | undefined;
  /** The account that has begun this run, so that no other can. */
  readonly begunBy?: number;
  /** Of the accounts that may not do it. */
  readonly refusals?: readonly Refusal[];
}

/** Why a job ended without being done. */
export interface Ending {
  readonly code: string;
  /** A sentence. */
  readonly message: string;
  readonly host: string;
}

/** What earlier takers of a job that waits have left in pg-boss's `output`: its last failure, and why it was put off since. */
export type Left = Partial<Ending> & { readonly putOff?: Ending };

/** Reads it. */
export function readLeft(output: string | null): { readonly lastError?: Ending; readonly putOff?: Ending } {
  const { putOff, ...rest } = output === null ? {} : (JSON.parse(output) as Left);
  const { code, message, host } = rest;
  const hasFailed = code !== undefined && message !== undefined && host !== undefined;
  return { ...(hasFailed && { lastError: { code, message, host } }), ...(putOff && { putOff }) };
}

export interface Refusal extends Ending {
  readonly account: number;
}

/** What the queue of dead letters keeps. */
export interface DeadLetter {
  /** The id that the job had; letters of older versions lack it. */
  readonly job?: string;
  readonly order: Order;
  readonly queue: string;
  readonly priority: number;
  readonly retryLimit: number;
  /** How often it was tried. */
  readonly tries: number;
  readonly ending: Ending;
}

export const ANY_ACCOUNT = 'any-account';
export const DEAD_LETTERS = 'dead-letters';

/** The queue of an account's jobs. */
export function accountQueue(account: number): string {
  return `account-${account}`;
}

/** Undefined for a queue that isn't an account's. */
export function accountOf(queue: string): number | undefined {
  const digits = /^account-(\d+)$/.exec(queue)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A UUID that is a function of texts. */
export function idOf(...texts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  // Version 8 (RFC 9562): of one's own making.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The same request of one account has one id, so that it isn't queued twice. */
export function requestId(queue: string, order: Order): string {
  return idOf(
    queue,
    order.command,
    ...order.flags,
    '--',
    ...order.words,
    '--',
    order.input ?? '',
    String(order.stretch ?? ''),
  );
}

/**
 * The id of a stretch: the same if its planner dies and another one plans again. Of jobs of one age the lower id comes first, so it
 * begins with the number.
 */
export function stretchId(parent: string, order: Order, number: number): string {
  return `${number.toString(16).padStart(8, '0')}${idOf(parent, order.serial, String(number)).slice(8)}`;
}

/** Reads what pg-boss has kept. @throws FailedError QUEUE_NEWER for what this version doesn't know */
export function readOrder(data: unknown): Order {
  const order = data as Partial<Order> | null;
  if (order?.version === 1 && Array.isArray(order.flags) && Array.isArray(order.words)) return order as Order;
  throw new FailedError(
    'QUEUE_NEWER',
    'The queue holds a job in a form that this TelePi does not know: use the same version on every machine.',
  );
}
