import type { Clock } from '../base/clock.js';
import { EnvelopeError, TransportError } from './envelope.js';
import { FRAME_HEAD_BYTES } from './framing.js';
import { MessageNumbers } from './message-numbers.js';
import type { PartBuffers } from './parts/buffers.js';
import type { Route } from './proxy/route.js';
import { PacketSocket } from './socket.js';
import { Tl } from './tl.js';

export interface PlainConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** The route through a proxy; undefined: a direct connection. */
  readonly route: Route | undefined;
  readonly buffers: PartBuffers;
  readonly clock: Clock;
  /** On abort, pending questions reject with its reason. */
  readonly signal: AbortSignal;
}

/** auth_key_id, which is 0, msg_id and length. Bytes. */
const HEAD_BYTES = 20;

interface Question {
  resolve(body: Buffer): void;
  reject(error: unknown): void;
}

/**
 * A connection before there is a key: one unencrypted message after another
 * (core.telegram.org/mtproto/description#unencrypted-message). Whoever opens it closes it.
 */
export class PlainConnection {
  readonly #socket: PacketSocket;
  readonly #numbers: MessageNumbers;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#end(this.#signal.reason);
  readonly #unsent: Buffer[] = [];
  #open = false;
  #ended: { readonly reason: unknown } | undefined;
  #question: Question | undefined;

  constructor(options: PlainConnectionOptions) {
    this.#numbers = new MessageNumbers(options.clock, { offsetMs: 0 });
    this.#signal = options.signal;
    this.#socket = new PacketSocket({
      ...options,
      onOpen: () => this.#onOpen(),
      onPacket: (packet) => this.#onPacket(packet),
      onClose: (reason) => this.#end(reason),
    });
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#signal.aborted) this.#onAbort();
  }

  /**
   * Sends `body`, TL whose length is a multiple of 4 bytes; resolves with the body of the next answer. Rejects with the
   * reason why the connection ended.
   */
  ask(body: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended.reason);
        return;
      }
      this.#question = { resolve, reject };
      this.#send(body);
    });
  }

  close(): void {
    this.#end(new Error('the connection was closed'));
  }

  #onOpen(): void {
    this.#open = true;
    for (const frame of this.#unsent.splice(0)) this.#socket.write(frame, () => {});
  }

  #send(body: Buffer): void {
    const frame = Buffer.alloc(FRAME_HEAD_BYTES + HEAD_BYTES + body.length);
    frame.writeBigInt64LE(this.#numbers.nextId(), FRAME_HEAD_BYTES + 8);
    frame.writeInt32LE(body.length, FRAME_HEAD_BYTES + 16);
    body.copy(frame, FRAME_HEAD_BYTES + HEAD_BYTES);
    if (this.#open) this.#socket.write(frame, () => {});
    else this.#unsent.push(frame);
  }

  #onPacket(packet: Buffer): void {
    if (packet.length === 4) throw new TransportError(packet.readInt32LE(0));
    if (packet.length < HEAD_BYTES + 4)
      throw new EnvelopeError(`a message can't have ${packet.length} bytes`);
    if (packet.readBigInt64LE(0) !== 0n) throw new EnvelopeError('a message under a key where there is none');
    const end = HEAD_BYTES + packet.readInt32LE(16);
    if (end < HEAD_BYTES + 4 || end > packet.length) throw new EnvelopeError('a message is cut short');
    if (packet.readUInt32LE(HEAD_BYTES) === Tl.msgs_ack) return;
    const question = this.#question;
    this.#question = undefined;
    question?.resolve(Buffer.from(packet.subarray(HEAD_BYTES, end)));
  }

  #end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#question?.reject(reason);
    this.#socket.close(new Error('the connection was closed'));
  }
}
