import { deferred } from '../base/deferred.js';
import { connectionLost, timedOut } from '../refusals/telegram-error.js';
import type { Answer } from './answers.js';
import type { Request } from './request.js';
import type { Identity } from './session.js';

/** A request that has not been answered yet. */
export interface Pending {
  readonly request: Request;
  /** When it was made, in milliseconds of the monotonic clock. */
  readonly since: number;
  sends: number;
  /** The message that it was last sent in. */
  sent: Sent | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Sent {
  readonly identity: Identity;
  readonly introduction: Buffer | undefined;
  /** When to ask the server what it knows about the request. */
  askAt: number;
}

/** How often the server may refuse one message before the connection is given up. */
const MOST_SENDS = 5;
/** An answer that takes longer than this is not coming. Milliseconds. */
const ANSWER_LIMIT = 10 * 60_000;
/**
 * After this long without an answer, the server is asked whether it has the message, and asked again and again.
 * Milliseconds.
 */
const ASK_AFTER = 30_000;
/** msgs_state_info: the lower three bits are 1 for an unknown message, 2 and 3 for one not received, 4 for received. */
const STATE_BITS = 7;
const NOTHING_KNOWN = 1;
const RECEIVED = 4;

/** The unanswered requests of one connection, sent or waiting to be sent. */
export class Calls {
  readonly #waiting: Pending[] = [];
  readonly #sent = new Map<bigint, Pending>();
  /** Unanswered msgs_state_req by their message ids: the requests that each one asks about. */
  readonly #questions = new Map<bigint, readonly bigint[]>();

  get size(): number {
    return this.#waiting.length + this.#sent.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get sent(): number {
    return this.#sent.size;
  }

  add(request: Request, now: number): { readonly answer: Promise<Answer>; readonly pending: Pending } {
    const { promise, ...settle } = deferred<Answer>();
    const pending: Pending = { request, since: now, sends: 0, sent: undefined, ...settle };
    this.#waiting.push(pending);
    return { answer: promise, pending };
  }

  /** The next request to send. */
  next(): Pending | undefined {
    return this.#waiting.shift();
  }

  wasSent(pending: Pending, identity: Identity, introduction: Buffer | undefined, now: number): void {
    pending.sends += 1;
    pending.sent = { identity, introduction, askAt: now + ASK_AFTER };
    this.#sent.set(identity.msgId, pending);
  }

  get(msgId: bigint): Pending | undefined {
    return this.#sent.get(msgId);
  }

  /** Whether a request has neither been answered nor dropped. */
  has(pending: Pending): boolean {
    const msgId = pending.sent?.identity.msgId;
    return this.#waiting.includes(pending) || (msgId !== undefined && this.#sent.get(msgId) === pending);
  }

  /** Drops a request that has been answered, or that nobody waits for any more. */
  drop(pending: Pending): void {
    const msgId = pending.sent?.identity.msgId;
    if (msgId !== undefined && this.#sent.get(msgId) === pending) this.#sent.delete(msgId);
    const index = this.#waiting.indexOf(pending);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /**
   * The server has not accepted the request: it is sent again, in a message of its own. Throws when that happens too
   * often.
   */
  refused(msgId: bigint): void {
    const pending = this.#sent.get(msgId);
    if (!pending) return;
    if (pending.sends >= MOST_SENDS) {
      throw new Error(`the server refuses the message for the ${MOST_SENDS}th time`);
    }
    this.#sent.delete(msgId);
    this.#waiting.unshift(pending);
  }

  /**
   * The server will not answer these requests and may or may not have accepted them: parts are sent again; a call
   * fails, because it might be done twice. Throws as `refused`.
   */
  forgotten(isIt: (msgId: bigint) => boolean): void {
    for (const [msgId, pending] of [...this.#sent].reverse()) {
      if (!isIt(msgId)) continue;
      if (pending.request.kind === 'part') this.refused(msgId);
      else {
        this.#sent.delete(msgId);
        pending.reject(
          connectionLost(pending.request.method, new Error('the server has forgotten the call')),
        );
      }
    }
  }

  /** Fails requests that have waited too long. Returns the messages that the server should be asked about. */
  overdue(now: number): bigint[] {
    const asked: bigint[] = [];
    for (const pending of [...this.#sent.values(), ...this.#waiting]) {
      if (now - pending.since >= (pending.request.limitMs ?? ANSWER_LIMIT)) {
        this.drop(pending);
        pending.reject(timedOut(pending.request.method));
      } else if (pending.sent && this.#isDue(pending.sent, now)) {
        pending.sent.askAt = now + ASK_AFTER;
        asked.push(pending.sent.identity.msgId);
      }
    }
    return asked;
  }

  /** Notes that msgs_state_req has been sent for these messages. */
  ask(questionId: bigint, msgIds: readonly bigint[]): void {
    this.#questions.set(questionId, msgIds);
  }

  /** Handles msgs_state_info: messages that the server has not received are sent again. Throws as `refused`. */
  stateInfo(questionId: bigint, states: Buffer): void {
    const msgIds = this.#questions.get(questionId) ?? [];
    this.#questions.delete(questionId);
    for (const [nth, msgId] of msgIds.entries()) {
      const state = (states[nth] ?? RECEIVED) & STATE_BITS;
      if (state === NOTHING_KNOWN) this.forgotten((id) => id === msgId);
      else if (state > NOTHING_KNOWN && state < RECEIVED) this.refused(msgId);
    }
  }

  /** Fails all requests, because the connection is lost. */
  failAll(errorFor: (method: string) => Error): void {
    for (const pending of [...this.#sent.values(), ...this.#waiting]) {
      pending.reject(errorFor(pending.request.method));
    }
    this.#sent.clear();
    this.#waiting.length = 0;
    this.#questions.clear();
  }

  /** Whether it is time to ask about the message, which was sent and not taken back. */
  #isDue({ askAt, identity }: Sent, now: number): boolean {
    return now >= askAt && this.#sent.has(identity.msgId);
  }
}
