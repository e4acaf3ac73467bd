import type { Socket } from 'node:net';
import { PromisedNetSockets } from 'telegram/extensions/PromisedNetSockets.js';

/**
 * The library's TCP socket, with two additions: it tells how many bytes have moved, so that a slow connection and a
 * dead one can be told apart, and `close` ends a dial that is under way, whose timer would keep the process alive.
 */
export class MeasuredSocket extends PromisedNetSockets {
  #giveUp: (reason: Error) => void = () => {};
  #closed = false;

  /** Bytes in either direction so far. */
  get bytesMoved(): number {
    const socket: unknown = Reflect.get(this, 'client');
    return isSocket(socket) ? socket.bytesRead + socket.bytesWritten - socket.writableLength : 0;
  }

  override connect(port: number, host: string): Promise<unknown> {
    const closed = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    closed.catch(() => {});
    if (this.#closed) return Promise.reject(new Error('NetSocket was closed'));
    return Promise.race([super.connect(port, host), closed]);
  }

  override close(): Promise<void> {
    this.#closed = true;
    this.#giveUp(new Error('NetSocket was closed'));
    return super.close();
  }
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'bytesRead' in value && 'writableLength' in value;
}
