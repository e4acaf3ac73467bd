import type { Clock } from '../../base/clock.js';
import { Tl } from './constructors.js';
import { TlWriter } from './tl-bytes.js';

/** A message of the server on its way to a client. */
export interface ServerMessage {
  readonly msgId: bigint;
  readonly seqno: number;
  readonly body: readonly Buffer[];
  readonly length: number;
  /** The request that this message answers. */
  readonly answerTo: bigint | undefined;
}

export interface Sending {
  /** Whether the client must acknowledge it: true for answers and updates, false for service messages. */
  readonly content: boolean;
  readonly answerTo?: bigint;
}

/** Unacknowledged messages beyond either limit are forgotten, the oldest first. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024;
const MAX_KEPT = 1024;
/** Messages up to this many bytes travel together in a container. */
const SMALL_BYTES = 32 * 1024;
const MAX_IN_CONTAINER = 100;

/**
 * One session's messages to its client: numbers them, packs containers, and keeps messages until they are acknowledged.
 */
export class Outbox {
  readonly #clock: Clock;
  #waiting: ServerMessage[] = [];
  readonly #kept = new Map<bigint, ServerMessage>();
  #keptBytes = 0;
  readonly #forgotten = new Set<bigint>();
  #lastId = 0n;
  #contentCount = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Numbers a message and queues it. */
  add(body: readonly Buffer[], { content, answerTo }: Sending): ServerMessage {
    const length = body.reduce((sum, piece) => sum + piece.length, 0);
    const msgId = this.#nextId(answerTo !== undefined);
    const message = { msgId, seqno: this.#nextSeqno(content), body, length, answerTo };
    this.#waiting.push(message);
    if (content) this.#keep(message);
    return message;
  }

  /** Queues a kept message once more, unchanged. */
  repeat(message: ServerMessage): void {
    if (!this.#waiting.includes(message)) this.#waiting.push(message);
  }

  /** Queues all kept messages, because the connection that carried them is gone. */
  repeatAll(): void {
    const others = this.#waiting.filter((message) => !this.#kept.has(message.msgId));
    this.#waiting = [...this.#kept.values(), ...others];
  }

  acknowledge(msgId: bigint): void {
    const message = this.#kept.get(msgId);
    if (!message) return;
    this.#kept.delete(msgId);
    this.#keptBytes -= message.length;
  }

  kept(msgId: bigint): ServerMessage | undefined {
    return this.#kept.get(msgId);
  }

  /** The kept answer to a request. */
  answerTo(requestId: bigint): ServerMessage | undefined {
    for (const message of this.#kept.values()) if (message.answerTo === requestId) return message;
    return undefined;
  }

  /**
   * Whether the answer to a request was too large to be kept until it was acknowledged. Only reads have such large
   * answers: when such a request comes again, it may be run again.
   */
  hasForgottenAnswerTo(requestId: bigint): boolean {
    return this.#forgotten.has(requestId);
  }

  /** Takes all waiting messages: large messages each alone, small ones in containers. */
  take(): ServerMessage[] {
    const taken: ServerMessage[] = [];
    let small: ServerMessage[] = [];
    const flush = (): void => {
      if (small.length > 0) taken.push(small.length === 1 && small[0] ? small[0] : this.#container(small));
      small = [];
    };
    for (const message of this.#waiting) {
      if (message.length > SMALL_BYTES) {
        flush();
        taken.push(message);
        continue;
      }
      small.push(message);
      if (small.length === MAX_IN_CONTAINER) flush();
    }
    flush();
    this.#waiting = [];
    return taken;
  }

  /** Forgets the waiting messages, but not the kept ones: there is no connection to send them over. */
  discardWaiting(): void {
    this.#waiting = [];
  }

  #container(messages: readonly ServerMessage[]): ServerMessage {
    const body = [new TlWriter().uint(Tl.msg_container).uint(messages.length).finish()];
    for (const { msgId, seqno, length, body: inner } of messages) {
      body.push(new TlWriter().long(msgId).uint(seqno).uint(length).finish(), ...inner);
    }
    const length = body.reduce((sum, piece) => sum + piece.length, 0);
    return { msgId: this.#nextId(false), seqno: this.#nextSeqno(false), body, length, answerTo: undefined };
  }

  #nextId(answer: boolean): bigint {
    this.#lastId = serverMsgId(this.#clock, this.#lastId, answer);
    return this.#lastId;
  }

  #nextSeqno(content: boolean): number {
    const seqno = this.#contentCount * 2 + (content ? 1 : 0);
    if (content) this.#contentCount += 1;
    return seqno;
  }

  #keep(message: ServerMessage): void {
    this.#kept.set(message.msgId, message);
    this.#keptBytes += message.length;
    for (const oldest of this.#kept.values()) {
      if (this.#kept.size <= MAX_KEPT && this.#keptBytes <= MAX_KEPT_BYTES) break;
      this.acknowledge(oldest.msgId);
      if (oldest.answerTo !== undefined && oldest.length > SMALL_BYTES) this.#forgotten.add(oldest.answerTo);
    }
    for (const requestId of this.#forgotten) {
      if (this.#forgotten.size <= MAX_KEPT) break;
      this.#forgotten.delete(requestId);
    }
  }
}

/**
 * A server's message id: Unix time times 2^32, above `last`; the two lowest bits are 1 for an answer to a client's
 * message, 3 for anything else.
 */
export function serverMsgId(clock: Clock, last: bigint, answer: boolean): bigint {
  const wanted = ((BigInt(Math.round(clock.now() * 1000)) << 32n) / 1_000_000n) & ~3n;
  const base = wanted > last ? wanted : (last & ~3n) + 4n;
  return base | (answer ? 1n : 3n);
}
