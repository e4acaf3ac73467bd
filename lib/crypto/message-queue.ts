import { atEndOfTurn } from '../base/turn.js';
import type { MessageCrypto, Sender, ToOpen, ToSeal } from './message-crypto.js';

interface Sealing extends ToSeal {
  readonly done: () => void;
}

interface Opening extends ToOpen {
  readonly done: (holds: boolean) => void;
}

/**
 * Seals and opens messages at the end of the turn of the event loop in which they come, two at a time, because together
 * they cost much less than one after the other. Each kind is handled in the order in which it came. A queue belongs to
 * one sender: it seals that sender's messages and opens the other side's.
 */
export class MessageQueue {
  readonly #crypto: MessageCrypto;
  readonly #self: Sender;
  readonly #other: Sender;
  #toSeal: Sealing[] = [];
  #toOpen: Opening[] = [];
  readonly #schedule = atEndOfTurn(() => this.#flush());

  constructor(crypto: MessageCrypto, self: Sender) {
    this.#crypto = crypto;
    this.#self = self;
    this.#other = self === 'client' ? 'server' : 'client';
  }

  /** As MessageCrypto.sealMessage; `done` is called when the packet is sealed. It mustn't throw. */
  seal(packet: Uint8Array, authKey: Uint8Array, done: () => void): void {
    this.#toSeal.push({ packet, authKey, done });
    this.#schedule();
  }

  /** As MessageCrypto.openMessage; `done` is passed whether msg_key is right. It mustn't throw. */
  open(packet: Uint8Array, authKey: Uint8Array, plain: Uint8Array, done: (holds: boolean) => void): void {
    this.#toOpen.push({ packet, authKey, plain, done });
    this.#schedule();
  }

  /** MessageCrypto.openMessage, for a packet whose memory can't wait. */
  openNow(packet: Uint8Array, authKey: Uint8Array, plain: Uint8Array): boolean {
    return this.#crypto.openMessage(packet, authKey, this.#other, plain);
  }

  /** Opens first, because an opened message may give something to seal, which then goes in the same turn. */
  #flush(): void {
    const toOpen = this.#toOpen;
    this.#toOpen = [];
    for (const [one, other] of pairs(toOpen)) {
      const [oneHolds, otherHolds] = other
        ? this.#crypto.openTwo(one, other, this.#other)
        : [this.#crypto.openMessage(one.packet, one.authKey, this.#other, one.plain)];
      one.done(oneHolds);
      other?.done(otherHolds ?? false);
    }
    const toSeal = this.#toSeal;
    this.#toSeal = [];
    for (const [one, other] of pairs(toSeal)) {
      if (other) this.#crypto.sealTwo(one, other, this.#self);
      else this.#crypto.sealMessage(one.packet, one.authKey, this.#self);
      one.done();
      other?.done();
    }
  }
}

function* pairs<T>(items: readonly T[]): Generator<readonly [T, T?]> {
  for (let i = 0; i < items.length; i += 2) {
    const [one, other] = [items[i], items[i + 1]];
    if (one !== undefined) yield other === undefined ? [one] : [one, other];
  }
}
