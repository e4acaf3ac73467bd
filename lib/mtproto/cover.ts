import { MESSAGE_HEAD_BYTES } from '../crypto/message-crypto.js';
import type { MessageQueue } from '../crypto/message-queue.js';
import { EnvelopeError, requireMessage, type SessionKey } from './envelope.js';
import { FRAME_HEAD_BYTES } from './framing.js';

/**
 * Seals the packets that one connection sends and opens the ones it receives, mostly together with a message of another
 * connection.
 */
export class Cover {
  readonly #key: SessionKey;
  readonly #queue: MessageQueue;
  #bytesUnsealed = 0;

  constructor(key: SessionKey, queue: MessageQueue) {
    this.#key = key;
    this.#queue = queue;
  }

  /** How many bytes of frames aren't sealed yet. */
  get bytesUnsealed(): number {
    return this.#bytesUnsealed;
  }

  /** Seals a frame's packet in place; frames are finished in the order in which they come. */
  seal(frame: Buffer, done: () => void): void {
    this.#bytesUnsealed += frame.length;
    this.#queue.seal(frame.subarray(FRAME_HEAD_BYTES), this.#key.key, () => {
      this.#bytesUnsealed -= frame.length;
      done();
    });
  }

  /**
   * Opens a packet in place: at once unless it is `kept`. Throws as requireMessage does; later errors, including those
   * of `done`, go to `fail`.
   */
  open(packet: Buffer, kept: boolean, done: () => void, fail: (error: Error) => void): void {
    requireMessage(packet, this.#key);
    const plain = packet.subarray(MESSAGE_HEAD_BYTES);
    const opened = (holds: boolean): void => {
      if (!holds) throw new EnvelopeError("msg_key isn't the message's");
      done();
    };
    if (!kept) {
      opened(this.#queue.openNow(packet, this.#key.key, plain));
      return;
    }
    this.#queue.open(packet, this.#key.key, plain, (holds) => {
      try {
        opened(holds);
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}
