import type { Clock } from '../base/clock.js';

/** The server's clock, as far as it is known; all sessions under one auth key share it. */
export interface ServerTime {
  /** The server's clock minus ours, in milliseconds. */
  offsetMs: number;
}

/** Message ids and sequence numbers of one MTProto session (core.telegram.org/mtproto/description). */
export class MessageNumbers {
  readonly #clock: Clock;
  readonly #time: ServerTime;
  #lastId = 0n;
  #contentCount = 0;

  constructor(clock: Clock, time: ServerTime) {
    this.#clock = clock;
    this.#time = time;
  }

  /** Unix time times 2^32, a multiple of 4, and higher than all ids before. */
  nextId(): bigint {
    const ms = this.#clock.now() + this.#time.offsetMs;
    const seconds = Math.floor(ms / 1000);
    const fraction = Math.floor(((ms - seconds * 1000) / 1000) * 2 ** 32);
    const id = ((BigInt(seconds) << 32n) | BigInt(fraction)) & ~3n;
    this.#lastId = id > this.#lastId ? id : this.#lastId + 4n;
    return this.#lastId;
  }

  /** Twice the number of content messages before this one, plus 1 for a message that must be acknowledged. */
  nextSeqno(content: boolean): number {
    const seqno = this.#contentCount * 2 + (content ? 1 : 0);
    if (content) this.#contentCount += 1;
    return seqno;
  }

  /** Sets the server's clock by the id of a message that it has just sent. */
  correctTime(serverMsgId: bigint): void {
    this.#time.offsetMs = Number(BigInt.asUintN(64, serverMsgId) >> 32n) * 1000 - this.#clock.now();
  }

  /** Begins a new session: a corrected clock may be behind ids that were already used. */
  restart(): void {
    this.#lastId = 0n;
    this.#contentCount = 0;
  }
}

/** How many ids of received messages are remembered; older ones are refused. */
const REMEMBERED = 512;

/** Recognises messages that have come before: a replayed message must be refused. */
export class ReceivedIds {
  readonly #ids = new Set<bigint>();
  /** Ids up to this one have been forgotten. */
  #floor = 0n;

  /** Whether the message is new. */
  add(msgId: bigint): boolean {
    if (msgId <= this.#floor || this.#ids.has(msgId)) return false;
    this.#ids.add(msgId);
    if (this.#ids.size > REMEMBERED) {
      const [oldest = 0n] = this.#ids;
      this.#ids.delete(oldest);
      if (oldest > this.#floor) this.#floor = oldest;
    }
    return true;
  }

  has(msgId: bigint): boolean {
    return this.#ids.has(msgId);
  }
}
