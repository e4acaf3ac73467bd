import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A connection through the relay. */
interface Way {
  readonly near: Socket;
  readonly far: Socket;
  cut: boolean;
  /** Whether the server has sent anything. */
  heard: boolean;
}

/**
 * TCP between a client and a server on loopback, which can be cut silently: connections that were open then carry
 * nothing any more in either direction, and neither side gets a FIN or RST from the other.
 */
export class SilentRelay {
  /** How many were accepted since the start. */
  accepted = 0;
  /** From the client and from the server. Bytes. */
  up = 0;
  down = 0;
  readonly #to: number;
  readonly #server: Server;
  readonly #ways = new Set<Way>();
  readonly #mute = new Set<Socket>();
  #muteLater = false;

  private constructor(to: number) {
    this.#to = to;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => this.#accept(near));
  }

  /** Forwards to port `to`. */
  static async start(to: number): Promise<SilentRelay> {
    const relay = new SilentRelay(to);
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening');
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** How many connections the client holds open, cut or not. */
  get open(): number {
    return this.#count(() => true) + this.#mute.size;
  }

  /** How many of them were cut. */
  get heldDead(): number {
    return this.#count(({ cut }) => cut) + this.#mute.size;
  }

  /** How many of them are not cut and have carried an answer of the server. */
  get live(): number {
    return this.#count(({ cut, heard }) => heard && !cut);
  }

  /** Cuts the open connections; with `later`, new ones are accepted but carry nothing either. */
  cut({ later }: { readonly later: boolean }): void {
    this.#muteLater = later;
    for (const way of this.#ways) {
      way.cut = true;
      way.near.unpipe(way.far).resume();
      way.far.unpipe(way.near).resume();
    }
  }

  async close(): Promise<void> {
    for (const { near, far } of this.#ways) for (const end of [near, far]) end.destroy();
    for (const near of this.#mute) near.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #count(isMeant: (way: Way) => boolean): number {
    return [...this.#ways].filter((way) => !way.near.destroyed && isMeant(way)).length;
  }

  #accept(near: Socket): void {
    this.accepted += 1;
    near.on('error', () => {});
    if (this.#muteLater) {
      this.#mute.add(near);
      near.on('close', () => this.#mute.delete(near)).on('end', () => near.destroy());
      near.resume();
      return;
    }
    const far = connect({ port: this.#to, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const way: Way = { near, far, cut: false, heard: false };
    this.#ways.add(way);
    near.on('data', ({ length }: Buffer) => {
      this.up += length;
    });
    far
      .on('error', () => {})
      .on('data', ({ length }: Buffer) => {
        this.down += length;
        way.heard = true;
      });
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      end.pipe(other);
      // Once it is cut, the end of one side doesn't reach the other.
      end.on('end', () => way.cut && end.destroy());
      end.on('close', () => {
        if (!way.cut) other.destroy();
        if (near.destroyed && far.destroyed) this.#ways.delete(way);
      });
    }
  }
}
